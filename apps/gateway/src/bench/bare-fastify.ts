import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';

/** The peer: a Fastify route that reads its body and returns a constant. Prints its port. */
const server = fastify();
server.removeAllContentTypeParsers();
server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
server.post('/', () => ({ Languages: [{ LanguageCode: 'en', Score: 0.99 }] }));
await server.listen({ port: 0, host: '127.0.0.1' });
console.log((server.server.address() as AddressInfo).port);
