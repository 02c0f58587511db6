import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect } from 'node:tls';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';

/** A way for the JavaScript SDK to reach a suite. */
export interface Transport {
  readonly name: 'HTTP/1.1' | 'HTTP/2' | 'HTTP/1.1, TLS' | 'HTTP/2, TLS';
  readonly endpoint: string;
  readonly requestHandler: NodeHttpHandler | NodeHttp2Handler;
}

/** The certificate that a port shows, PEM: what a client is to trust that has not seen the data directory. */
export async function shownCertificate(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  const lines = raw.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Every way to the suite at `url`, with the certificate that it shows. */
export async function transportsTo(url: string): Promise<Transport[]> {
  const { host, port } = new URL(url);
  return transportsTrusting(host, await shownCertificate(Number(port)));
}

/**
 * Every way to a suite.
 * @param host with its port
 * @param ca certificate to trust, PEM
 */
export function transportsTrusting(host: string, ca: string): Transport[] {
  const [clear, secure] = [`http://${host}`, `https://${host}`];
  return [
    { name: 'HTTP/1.1', endpoint: clear, requestHandler: new NodeHttpHandler() },
    { name: 'HTTP/2', endpoint: clear, requestHandler: new NodeHttp2Handler() },
    {
      name: 'HTTP/1.1, TLS',
      endpoint: secure,
      requestHandler: new NodeHttpHandler({ httpsAgent: new Agent({ keepAlive: true, ca }) }),
    },
    {
      name: 'HTTP/2, TLS',
      endpoint: secure,
      requestHandler: new NodeHttp2Handler({ nodeHttp2ConnectOptions: { ca } }),
    },
  ];
}
