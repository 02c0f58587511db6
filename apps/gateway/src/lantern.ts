import 'reflect-metadata';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createRecogniser,
  type Handler,
  type Operation,
  type Recognised,
  type ServiceDefinition,
} from '@lantern/aws-protocol';
import type { FirstCredentials, IdentityStore } from '@lantern/store';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino, type Logger } from 'pino';
import { AppModule } from './app.module.js';
import { ConfigurationError, parseConfig, projectRoot, type Config, type Environment } from './config.js';
import { Deadlines } from './deadlines.js';
import { Pipeline } from './pipeline.js';
import { openResources, type OpenResources } from './resources.js';
import { createHttpServer } from './server.js';
import { mountedServices, servicesByFolder } from './services.js';

export interface StartOptions {
  /** Settings as environment variables. */
  readonly env: Environment;
}

/** A running suite. */
export interface Lantern {
  readonly url: string;
  readonly config: Config;
  /** The keys made at the first start; undefined where their file was removed or they were revoked. */
  readonly credentials: FirstCredentials | undefined;
  readonly identity: IdentityStore;
  /** Stops listening, lets calls end for a moment, closes everything. */
  close(): Promise<void>;
}

/** How long calls in flight may still take when the suite stops. */
const graceMs = 700;

/** How much longer than a call a connection may stand still. */
const stallMarginMs = 60_000;

/**
 * Starts the suite as configured.
 * @throws ConfigurationError with everything that is wrong
 */
export async function startLantern({ env }: StartOptions): Promise<Lantern> {
  const config = parseConfig(env, projectRoot);
  const services = chosenServices(config);
  const log = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: false }));
  const resources = await openResources(config, log);
  try {
    const { app, server, close } = await listen(config, services, resources, log);
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
      config,
      credentials: resources.credentials,
      identity: resources.identity,
      close: async () => {
        await close();
        await app.close();
        await resources.close();
      },
    };
  } catch (error) {
    await resources.close();
    throw error;
  }
}

function chosenServices({ services }: Config): readonly ServiceDefinition[] {
  if (!services) return mountedServices;
  const unknown = services.filter((name) => !servicesByFolder[name]);
  if (unknown.length)
    throw new ConfigurationError(
      unknown.map((name) => `LANTERN_SERVICES names ${name}; known are ${Object.keys(servicesByFolder).join(', ')}`),
    );
  return services.flatMap((name) => servicesByFolder[name] ?? []);
}

async function listen(config: Config, services: readonly ServiceDefinition[], resources: OpenResources, log: Logger) {
  let server: Server | undefined;
  const adapter = new FastifyAdapter({
    serverFactory: (handler: RequestListener) =>
      (server = createHttpServer(handler, config.callTimeoutMs + stallMarginMs)),
    forceCloseConnections: false,
  });
  const module = AppModule.with(
    { ...resources, inferenceThreads: config.inferenceThreads },
    config.services ?? Object.keys(servicesByFolder),
  );
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: ['error', 'warn'],
    abortOnError: false,
    bodyParser: false,
  });
  const deadlines = new Deadlines();
  const pipeline = new Pipeline({
    recognise: createRecogniser(services),
    credentials: resources.identity,
    handlerOf: handlerLookup(app, services),
    takeToken: resources.takeToken,
    deadlines,
    log,
    mode: config.auth,
    region: config.region,
    callTimeoutMs: config.callTimeoutMs,
  });
  mount(adapter, pipeline);
  await app.listen(config.port, config.host);
  if (!server) throw new Error('no server was made');
  const listening = server;
  return { app, server: listening, close: () => stopListening(listening, pipeline, deadlines) };
}

/** Two routes: health, and everything else through the pipeline, on the raw request and response. */
function mount(adapter: FastifyAdapter, pipeline: Pipeline): void {
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  fastify.get('/health', () => ({ status: 'ok' }));
  const answer = (request: { raw: IncomingMessage }, reply: { raw: ServerResponse; hijack(): void }) => {
    reply.hijack();
    void pipeline.handle(request.raw, reply.raw);
  };
  fastify.all('/', answer);
  fastify.all('/*', answer);
}

/** Handlers by API and operation, found once: a request then costs two look-ups. */
function handlerLookup(app: NestFastifyApplication, services: readonly ServiceDefinition[]) {
  const byApi = new Map<string, Map<string, Handler<Operation>>>();
  for (const { api, table } of services) {
    const handlers = new Map<string, Handler<Operation>>();
    for (const [operation, entry] of Object.entries(table)) {
      if (typeof entry === 'function') handlers.set(operation, app.get<Handler<Operation>>(entry, { strict: false }));
    }
    byApi.set(api.name, handlers);
  }
  return ({ service, operation }: Recognised) => byApi.get(service.api.name)?.get(operation.name);
}

async function stopListening(server: Server, pipeline: Pipeline, deadlines: Deadlines): Promise<void> {
  server.close();
  server.closeIdleConnections();
  const until = Date.now() + graceMs;
  while (pipeline.nInFlight > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  server.closeAllConnections();
  deadlines.close();
}
