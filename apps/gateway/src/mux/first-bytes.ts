import type { Socket } from 'node:net';

/** What a connection speaks, by its first bytes. */
export type FirstProtocol = 'tls' | 'http2' | 'http1';

/** How HTTP/2's connection preface begins (RFC 9113, section 3.4); no method of HTTP/1.1 is called PRI. */
const preface = 'PRI ';

/** A TLS record of the kind handshake (RFC 8446, section 5.1): the hello of a client. */
const handshakeRecord = 0x16;

/** Tells the protocol; undefined while more bytes are needed, which are never more than four. */
export function protocolOf(bytes: Uint8Array): FirstProtocol | undefined {
  if (bytes[0] === handshakeRecord) return 'tls';
  const length = Math.min(bytes.length, preface.length);
  for (let i = 0; i < length; i++) if (bytes[i] !== preface.charCodeAt(i)) return 'http1';
  return length === preface.length ? 'http2' : undefined;
}

/**
 * Waits for the first bytes of a connection, puts them back and tells the protocol. A connection that says nothing, ends
 * or breaks before is destroyed.
 * @param silenceMs how long it may say nothing
 */
export function readFirstBytes(socket: Socket, silenceMs: number, decided: (protocol: FirstProtocol) => void): void {
  let held: Buffer | undefined;
  const giveUp = () => void socket.destroy();
  const look = () => {
    // Without an encoding, a socket reads buffers.
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    held = held ? Buffer.concat([held, bytes]) : bytes;
    const protocol = protocolOf(held);
    if (!protocol) return;
    socket.off('readable', look).off('end', giveUp).off('error', giveUp);
    socket.setTimeout(0, giveUp);
    socket.unshift(held);
    decided(protocol);
  };
  socket.setTimeout(silenceMs, giveUp);
  socket.on('error', giveUp).on('end', giveUp);
  // Paused reading: bytes that 'data' had delivered could not be handed to a TLS socket any more.
  socket.on('readable', look);
}
