import { Readable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { EventSocket } from '../event-socket.js';

/** So many messages wait for their reader before the peer is held up. */
const waitingMessages = 16;

/** RFC 6455, section 7.4.1: data of a kind that is not understood. */
const unsupportedData = 1003;

/** A WebSocket's messages as a stream with back-pressure. Event streams are binary: text ends the conversation. */
export function acceptedSocket(socket: WebSocket): EventSocket {
  const messages = new Readable({ objectMode: true, highWaterMark: waitingMessages, read: () => socket.resume() });
  // The reader is told where it reads; a stream nobody reads must not end the process.
  messages.on('error', () => undefined);
  socket.on('message', (data, isBinary) => {
    if (!isBinary) return socket.close(unsupportedData, 'Messages are binary');
    if (!messages.destroyed && !messages.push(data)) socket.pause();
  });
  let failure: Error | undefined;
  socket.on('error', (cause) => (failure = cause));
  // The reader hears of a failure when the connection is closed, and then knows that nobody waits for an answer.
  socket.on('close', () => {
    if (failure) messages.destroy(failure);
    else if (!messages.destroyed) messages.push(null);
  });
  return {
    messages,
    send: (message) =>
      new Promise((resolve, reject) => {
        socket.send(message, { binary: true }, (error) => (error ? reject(error) : resolve()));
      }),
    close: (code = 1000) => {
      // A closing handshake needs the peer's answer to be read.
      socket.resume();
      socket.close(code);
    },
  };
}
