import { isAbsolute, join, resolve } from 'node:path';
import { parseAllowList } from '@lantern/outbound';
import { readUpstreams, type UpstreamUrls } from './upstream-setting.js';

/** Folder of the checkout or the installed package. */
export const projectRoot = join(import.meta.dirname, '..', '..', '..');

type SettingType = 'string' | 'integer' | 'number' | 'choice' | 'list';

/** One setting: an environment variable with its meaning. The configuration page is generated from this list. */
export interface Setting {
  readonly name: string;
  readonly type: SettingType;
  readonly default: string | undefined;
  readonly doc: string;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

export const settings = [
  { name: 'LANTERN_HOST', type: 'string', default: '127.0.0.1', doc: 'Address to listen on.' },
  {
    name: 'LANTERN_PORT',
    type: 'integer',
    default: '4566',
    min: 0,
    max: 65535,
    doc: 'Port to listen on; 0 picks a free one.',
  },
  {
    name: 'LANTERN_PUBLIC_URL',
    type: 'string',
    default: undefined,
    doc: 'Origin under which others reach the suite, such as https://lantern.example, for the links it hands out; by default where it listens.',
  },
  {
    name: 'LANTERN_OUTBOUND_ALLOW',
    type: 'list',
    default: undefined,
    doc: 'Addresses, networks (10.0.0.0/8) and host names, separated by commas, that webhooks may have beyond the public Internet.',
  },
  {
    name: 'LANTERN_TLS_CERT',
    type: 'string',
    default: undefined,
    doc: 'File with the certificate for TLS and its chain, PEM; by default a self-signed one, tls-certificate.pem in the data folder.',
  },
  {
    name: 'LANTERN_TLS_KEY',
    type: 'string',
    default: undefined,
    doc: 'File with the private key of that certificate, PEM.',
  },
  {
    name: 'LANTERN_DATA_DIR',
    type: 'string',
    default: '.lantern',
    doc: 'Folder of the embedded database, objects and keys; relative to the project.',
  },
  {
    name: 'DATABASE_URL',
    type: 'string',
    default: undefined,
    doc: 'A PostgreSQL server (13 or later) to use instead of the embedded one.',
  },
  {
    name: 'LANTERN_MASTER_KEY',
    type: 'string',
    default: undefined,
    doc: 'Key that seals secrets at rest: 32 bytes in hexadecimal or base64; by default the file master.key in the data folder.',
  },
  {
    name: 'LANTERN_ROLE',
    type: 'choice',
    default: 'both',
    choices: ['http', 'worker', 'both'],
    doc: '`http` answers requests, `worker` runs jobs, `both` does both.',
  },
  {
    name: 'LANTERN_SERVICES',
    type: 'list',
    default: undefined,
    doc: 'Services to mount, by folder name and separated by commas; all by default, but for those of LANTERN_UPSTREAMS.',
  },
  {
    name: 'LANTERN_UPSTREAMS',
    type: 'list',
    default: undefined,
    doc: 'Services that other processes answer, as `comprehend=http://10.0.0.5:4566`, separated by commas; a service named several times takes turns.',
  },
  {
    name: 'LANTERN_AUTH',
    type: 'choice',
    default: 'strict',
    choices: ['strict', 'open'],
    doc: '`open` accepts any credentials, for tests; it only listens on loopback.',
  },
  {
    name: 'LANTERN_REGION',
    type: 'string',
    default: 'us-east-1',
    doc: 'Region of callers that name none, such as those with an API key.',
  },
  {
    name: 'LANTERN_RATE_LIMIT',
    type: 'number',
    default: '0',
    min: 0,
    max: 1e9,
    doc: 'Requests a second that an account may make, over all processes; 0 is no limit.',
  },
  {
    name: 'LANTERN_CALL_TIMEOUT_MS',
    type: 'integer',
    default: '60000',
    min: 100,
    max: 86_400_000,
    doc: 'Milliseconds after which a call without a body stream is given up.',
  },
  {
    name: 'LANTERN_INFERENCE_THREADS',
    type: 'integer',
    default: '1',
    min: 1,
    max: 256,
    doc: 'Worker threads for inference.',
  },
  {
    name: 'LANTERN_MODELS_MIRROR',
    type: 'string',
    default: undefined,
    doc: "Address that models are pulled from instead of their publishers'; asked for `sha256-<digest>`, then for `<host>/<path>` of the publisher's address.",
  },
  {
    name: 'LANTERN_MODELS_FOLDER',
    type: 'string',
    default: undefined,
    doc: 'Folder that models are taken from instead of the network, whatever lies where in it; relative to where the command runs.',
  },
  {
    name: 'LANTERN_FFMPEG',
    type: 'string',
    default: undefined,
    doc: 'The ffmpeg program that reads video and the formats of sound that need it; otherwise the one on the PATH, or that of the npm package `@ffmpeg-installer/ffmpeg`.',
  },
  {
    name: 'REDIS_URL',
    type: 'string',
    default: undefined,
    doc: 'A Redis server (6.2 or later) that keeps the queues instead of the database.',
  },
  {
    name: 'LANTERN_QUEUES',
    type: 'list',
    default: undefined,
    doc: 'Queues that a process of the role `worker` works on, such as `comprehend` or `events`; by default those of its services.',
  },
  {
    name: 'LANTERN_JOBS_PROGRESSION',
    type: 'choice',
    default: 'real',
    choices: ['real', 'immediate', 'manual'],
    doc: 'For tests: with `immediate` a start answers when the job has ended, with `manual` jobs run when the program says so.',
  },
  {
    name: 'LANTERN_LOG_LEVEL',
    type: 'choice',
    default: 'warn',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    doc: 'Least severe log line that is written; `info` writes one line per call.',
  },
  {
    name: 'LANTERN_S3_ENDPOINT',
    type: 'string',
    default: undefined,
    doc: 'An S3-compatible server that keeps the objects instead of the data directory.',
  },
  { name: 'LANTERN_S3_REGION', type: 'string', default: 'us-east-1', doc: 'Region of that server.' },
  { name: 'LANTERN_S3_ACCESS_KEY_ID', type: 'string', default: undefined, doc: 'Access key of that server.' },
  { name: 'LANTERN_S3_SECRET_ACCESS_KEY', type: 'string', default: undefined, doc: 'Secret key of that server.' },
  {
    name: 'LANTERN_S3_BUCKET_PREFIX',
    type: 'string',
    default: 'lantern-',
    doc: 'Prefix of the buckets made on that server.',
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof settings)[number]['name'];
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  /** An origin, without a slash at the end. */
  readonly publicUrl: string | undefined;
  /** See `parseAllowList`. */
  readonly outboundAllow: readonly string[];
  /** Files of the certificate and its key; undefined is the self-signed one. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  readonly databaseUrl: string | undefined;
  readonly masterKey: string | undefined;
  readonly role: 'http' | 'worker' | 'both';
  readonly services: readonly string[] | undefined;
  /** Origins of processes that answer services in this one's stead, by service folder. */
  readonly upstreams: UpstreamUrls;
  readonly auth: 'strict' | 'open';
  readonly region: string;
  /** Requests a second and account; 0 is unlimited. */
  readonly rateLimit: number;
  readonly callTimeoutMs: number;
  readonly inferenceThreads: number;
  /** Without a slash at the end. */
  readonly modelsMirror: string | undefined;
  /** Absolute. */
  readonly modelsFolder: string | undefined;
  /** A program, by its path or its name on the PATH. */
  readonly ffmpeg: string | undefined;
  readonly redisUrl: string | undefined;
  /** Queues to work on, by name or by what comes before a dot. */
  readonly queues: readonly string[] | undefined;
  readonly progression: 'real' | 'immediate' | 'manual';
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly s3:
    | {
        readonly endpoint: string;
        readonly region: string;
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly bucketPrefix: string;
      }
    | undefined;
}

/** The operator's mistake: every problem of the configuration at once. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  }
}

function problemOf(setting: Setting, value: string): string | undefined {
  const { name, type, choices, min, max } = setting;
  if (type === 'choice' && !choices?.includes(value))
    return `${name} is "${value}"; it must be one of ${choices?.join(', ')}`;
  if (type !== 'integer' && type !== 'number') return undefined;
  const number = Number(value);
  const wellFormed = value.trim() !== '' && (type === 'integer' ? Number.isInteger(number) : Number.isFinite(number));
  if (wellFormed && number >= (min ?? -Infinity) && number <= (max ?? Infinity)) return undefined;
  return `${name} is "${value}"; it must be ${type === 'integer' ? 'an integer' : 'a number'} from ${min} to ${max}`;
}

const isOrigin = (text: string) =>
  /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '') && new URL(text).origin === text;

const isHttpUrl = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

function allowListProblems(entries: readonly string[]): string[] {
  try {
    parseAllowList(entries);
    return [];
  } catch (error) {
    return [`LANTERN_OUTBOUND_ALLOW: ${error instanceof Error ? error.message : String(error)}`];
  }
}

const isLoopback = (host: string) => /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host);

type Text = (name: SettingName) => string | undefined;

const listed = (text: string | undefined) => text?.split(',').map((name) => name.trim());

/** Every setting's text, its default where none is given, and what is wrong with each alone. */
function readSettings(env: Environment): { text: Text; problems: string[] } {
  const values = new Map<string, string | undefined>();
  const problems: string[] = [];
  for (const setting of settings) {
    const given = env[setting.name];
    const value = given === undefined || given === '' ? setting.default : given;
    values.set(setting.name, value);
    const problem = value === undefined ? undefined : problemOf(setting, value);
    if (problem) problems.push(problem);
  }
  const known = new Set<string>(settings.map(({ name }) => name));
  for (const name of Object.keys(env)) {
    if (/^LANTERN_(?!DATASETS|API_KEY|LARGE_OBJECT|AWS_MODELS)/.test(name) && !known.has(name))
      problems.push(`${name} is no setting of Lantern`);
  }
  return { text: (name) => values.get(name), problems };
}

/** What is wrong with settings beside each other. */
function conflicts(text: Text): string[] {
  const problems: string[] = [];
  if (text('LANTERN_AUTH') === 'open' && !isLoopback(text('LANTERN_HOST') ?? '')) {
    problems.push('LANTERN_AUTH=open lets anyone in, so LANTERN_HOST must be a loopback address');
  }
  if (text('LANTERN_S3_ENDPOINT') && !(text('LANTERN_S3_ACCESS_KEY_ID') && text('LANTERN_S3_SECRET_ACCESS_KEY'))) {
    problems.push('LANTERN_S3_ENDPOINT needs LANTERN_S3_ACCESS_KEY_ID and LANTERN_S3_SECRET_ACCESS_KEY');
  }
  const publicUrl = text('LANTERN_PUBLIC_URL');
  if (publicUrl !== undefined && !isOrigin(withoutSlash(publicUrl))) {
    problems.push(`LANTERN_PUBLIC_URL is "${publicUrl}"; it must be an origin such as https://lantern.example`);
  }
  const mirror = text('LANTERN_MODELS_MIRROR');
  if (mirror !== undefined && !isHttpUrl(mirror)) {
    problems.push(`LANTERN_MODELS_MIRROR is "${mirror}"; it must be an address such as https://mirror.example/models`);
  }
  if ((text('LANTERN_TLS_CERT') === undefined) !== (text('LANTERN_TLS_KEY') === undefined)) {
    problems.push('LANTERN_TLS_CERT and LANTERN_TLS_KEY need each other');
  }
  if (text('LANTERN_JOBS_PROGRESSION') === 'immediate' && text('LANTERN_ROLE') !== 'both') {
    problems.push(
      'LANTERN_JOBS_PROGRESSION=immediate waits for jobs in the process that starts them: LANTERN_ROLE=both',
    );
  }
  return problems;
}

const withoutSlash = (url: string) => url.replace(/\/$/, '');

function s3Server(text: Text): Config['s3'] {
  const endpoint = text('LANTERN_S3_ENDPOINT');
  if (endpoint === undefined) return undefined;
  return {
    endpoint,
    region: text('LANTERN_S3_REGION') ?? '',
    accessKeyId: text('LANTERN_S3_ACCESS_KEY_ID') ?? '',
    secretAccessKey: text('LANTERN_S3_SECRET_ACCESS_KEY') ?? '',
    bucketPrefix: text('LANTERN_S3_BUCKET_PREFIX') ?? '',
  };
}

/**
 * Parses the environment once.
 * @param root folder that a relative data directory is relative to
 * @throws ConfigurationError with every problem
 */
export function parseConfig(env: Environment, root: string): Config {
  const { text, problems } = readSettings(env);
  const need = (name: SettingName) => text(name) ?? '';
  const upstreams = readUpstreams(text('LANTERN_UPSTREAMS'));
  const outboundAllow = text('LANTERN_OUTBOUND_ALLOW')?.split(',') ?? [];
  problems.push(...conflicts(text), ...upstreams.problems, ...allowListProblems(outboundAllow));
  if (problems.length > 0) throw new ConfigurationError(problems);
  const [certificate, key] = [text('LANTERN_TLS_CERT'), text('LANTERN_TLS_KEY')];
  const publicUrl = text('LANTERN_PUBLIC_URL');
  const [modelsMirror, modelsFolder] = [text('LANTERN_MODELS_MIRROR'), text('LANTERN_MODELS_FOLDER')];
  const dataDir = need('LANTERN_DATA_DIR');
  return {
    host: need('LANTERN_HOST'),
    port: Number(need('LANTERN_PORT')),
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(join(root, dataDir)),
    publicUrl: publicUrl === undefined ? undefined : withoutSlash(publicUrl),
    outboundAllow,
    tls: certificate !== undefined && key !== undefined ? { certificate, key } : undefined,
    databaseUrl: text('DATABASE_URL'),
    // The choices above are these unions.
    role: need('LANTERN_ROLE') as Config['role'],
    masterKey: text('LANTERN_MASTER_KEY'),
    services: listed(text('LANTERN_SERVICES')),
    upstreams: upstreams.urls,
    auth: need('LANTERN_AUTH') as Config['auth'],
    region: need('LANTERN_REGION'),
    rateLimit: Number(need('LANTERN_RATE_LIMIT')),
    callTimeoutMs: Number(need('LANTERN_CALL_TIMEOUT_MS')),
    inferenceThreads: Number(need('LANTERN_INFERENCE_THREADS')),
    modelsMirror: modelsMirror === undefined ? undefined : withoutSlash(modelsMirror),
    modelsFolder: modelsFolder === undefined ? undefined : resolve(modelsFolder),
    ffmpeg: text('LANTERN_FFMPEG'),
    redisUrl: text('REDIS_URL'),
    queues: listed(text('LANTERN_QUEUES')),
    progression: need('LANTERN_JOBS_PROGRESSION') as Config['progression'],
    logLevel: need('LANTERN_LOG_LEVEL') as Config['logLevel'],
    s3: s3Server(text),
  };
}
