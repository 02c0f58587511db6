import 'reflect-metadata';
import type { RequestListener } from 'node:http';
import {
  createRecogniser,
  type Handler,
  type Operation,
  type PublicFileSource,
  type ServiceDefinition,
} from '@lantern/aws-protocol';
import { NestFactory } from '@nestjs/core';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';
import { Deadlines } from './deadlines.js';
import { internalFolders, TableCaller, type HandlerLookup } from './operation-caller.js';
import { Pipeline } from './pipeline.js';
import { publicFiles } from './public-files.js';
import type { OpenResources } from './resources.js';
import { OnePort } from './server.js';
import { servedServices } from './served-services.js';
import { backgroundWork, jobsByFolder } from './service-work.js';
import { mountedServices, servicesByFolder } from './services.js';
import { openIdentitySource } from './tls/identity-source.js';
import { Upstreams } from './upstreams.js';
import { WebSockets } from './websocket/web-sockets.js';
import { Workers, worksOn } from './workers.js';

/** How long calls in flight may still take when the suite stops. */
const graceMs = 700;

/** How much longer than a call a connection may stand still. */
const stallMarginMs = 60_000;

/**
 * Wires the services and listens. A process of the role `worker` answers health and nothing else.
 * @throws ConfigurationError for services that nobody knows
 */
export async function listen(config: Config, resources: OpenResources, log: Logger) {
  const served = servedServices(config);
  const stallMs = config.callTimeoutMs + stallMarginMs;
  const webSockets = new WebSockets(stallMs);
  const identity = await openIdentitySource(config, resources.database);
  let port: OnePort | undefined;
  const adapter = fastifyOn((handler) => {
    port = new OnePort(handler, {
      stallMs,
      identity: () => identity.get(),
      onWebSocket: (request, socket, head) => {
        const door = webSockets.upgrade(request, socket, head);
        if (config.role === 'worker') door.refuse({ status: 404, headers: {} });
        else void pipeline.upgrade(request, door);
      },
      onFailure: (err) => log.error({ err }, 'no certificate for TLS'),
    });
    return port;
  });
  const caller = new TableCaller(mountedServices);
  const onError = (err: Error) => log.warn({ err }, 'trouble in the background');
  const parts = { ...resources, caller, onError, inferenceThreads: config.inferenceThreads };
  const app = await createApp(AppModule.with(parts, served.here), adapter);
  const internal = internalFolders.flatMap((folder) => servicesByFolder[folder] ?? []);
  const reachable = [...new Set([...served.mounted, ...internal])];
  const handlerOf = handlerLookup(app, reachable);
  caller.bind(handlerOf);
  const deadlines = new Deadlines();
  const upstreams = new Upstreams(config.upstreams);
  const pipeline = new Pipeline({
    recognise: createRecogniser(served.recognised),
    credentials: resources.identity,
    handlerOf,
    elsewhere: ({ service }) => upstreams.reach(served.folderElsewhere(service)),
    publicFiles: publicFiles(reachable, (type) => app.get<PublicFileSource>(type, { strict: false })),
    takeToken: resources.takeToken,
    deadlines,
    log,
    mode: config.auth,
    region: config.region,
    callTimeoutMs: config.callTimeoutMs,
  });
  mount(adapter, config.role === 'worker' ? undefined : pipeline);
  await app.listen(config.port, config.host);
  if (!port) throw new Error('no server was made');
  const listening = port;
  identity.prepare();
  return {
    app,
    server: listening.server,
    startWorkers: () => workersOf(config, resources, served.here, app, log),
    close: async () => {
      webSockets.drain();
      await stopListening(listening, pipeline, deadlines);
      upstreams.close();
      await identity.close();
    },
  };
}

const createApp = (module: DynamicModule, adapter: FastifyAdapter) =>
  NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: ['error', 'warn'],
    abortOnError: false,
    bodyParser: false,
  });

/** Fastify on the port that `open` makes for its handler. */
const fastifyOn = (open: (handler: RequestListener) => OnePort): FastifyAdapter =>
  new FastifyAdapter({
    serverFactory: (handler: RequestListener) => open(handler).server,
    forceCloseConnections: false,
    schemaController: withoutSchemas,
  });

/** The jobs and the background work of this process, by its services and queues. */
const workersOf = (
  config: Config,
  { jobs }: OpenResources,
  folders: readonly string[],
  app: INestApplicationContext,
  log: Logger,
) =>
  new Workers({
    jobs,
    runners: folders.flatMap((folder) => jobsByFolder[folder] ?? []).filter(({ job }) => worksOn(config, job.name)),
    background: backgroundWork.filter(({ queue }) => worksOn(config, queue)),
    made: (type) => app.get(type, { strict: false }),
    log,
  });

/** The pipeline validates and serialises. Without this, Fastify loads two schema compilers of 300 files at every start. */
const withoutSchemas = {
  compilersFactory: { buildValidator: () => () => () => true, buildSerializer: () => () => JSON.stringify },
  // Fastify's types know Ajv's validators only.
} as unknown as NonNullable<FastifyServerOptions['schemaController']>;

/**
 * Two routes: health, and everything else through the pipeline, on the raw request and response. The pipeline answers from
 * the first hook: what Fastify and Nest do after it is of no use to a request that they do not read, and a tenth of its cost.
 */
function mount(adapter: FastifyAdapter, pipeline: Pipeline | undefined): void {
  const fastify = adapter.getInstance();
  fastify.get('/health', () => ({ status: 'ok' }));
  if (!pipeline) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url === '/health') return done();
    reply.hijack();
    void pipeline.handle(request.raw, reply.raw);
  });
  fastify.all('/', neverReached);
  fastify.all('/*', neverReached);
}

function neverReached(): never {
  throw new Error('the pipeline has the request');
}

/** Handlers by API and operation, found once: a request then costs two look-ups. */
function handlerLookup(app: NestFastifyApplication, services: Iterable<ServiceDefinition>): HandlerLookup {
  const byApi = new Map<string, Map<string, Handler<Operation>>>();
  for (const { api, table } of services) {
    const handlers = new Map<string, Handler<Operation>>();
    for (const [operation, entry] of Object.entries(table)) {
      if (typeof entry === 'function') handlers.set(operation, app.get<Handler<Operation>>(entry, { strict: false }));
    }
    byApi.set(api.name, handlers);
  }
  return ({ service, operation }) => byApi.get(service.api.name)?.get(operation.name);
}

async function stopListening(port: OnePort, pipeline: Pipeline, deadlines: Deadlines): Promise<void> {
  port.drain();
  const until = Date.now() + graceMs;
  while (pipeline.nInFlight > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  port.destroy();
  deadlines.close();
}
