import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** One address before several processes. */
export interface Balancer {
  readonly url: string;
  /** How many connections each port got. */
  readonly connections: ReadonlyMap<number, number>;
  close(): Promise<void>;
}

/**
 * Gives each new connection to the next port, whatever is spoken on it; a port where nobody listens is passed over.
 * @param ports on loopback
 */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const connections = new Map(ports.map((port) => [port, 0]));
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client);
    const reach = (attemptsLeft: number): void => {
      const port = ports[turn++ % ports.length] ?? 0;
      const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      keep(upstream);
      const pass = () => (attemptsLeft > 1 ? reach(attemptsLeft - 1) : client.destroy());
      upstream.once('error', pass);
      upstream.once('connect', () => {
        upstream.off('error', pass);
        connections.set(port, (connections.get(port) ?? 0) + 1);
        join(client, upstream);
      });
    };
    reach(ports.length);
  });
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    close: async () => {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** A side that breaks off takes the other with it, so that nobody waits for an answer that will not come. */
function join(client: Socket, upstream: Socket): void {
  client.pipe(upstream).pipe(client);
  upstream.once('close', () => client.destroy());
  client.once('close', () => upstream.destroy());
}
