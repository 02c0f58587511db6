import { describe, expect, it } from 'vitest';
import { ConfigurationError, parseConfig, settings, type Environment } from './config.js';

const parse = (env: Environment = {}) => parseConfig(env, '/project');

function problemsOf(env: Environment): readonly string[] {
  try {
    parse(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseConfig', () => {
  it('needs no settings', () => {
    expect(parse()).toMatchObject({
      host: '127.0.0.1',
      port: 4566,
      dataDir: '/project/.lantern',
      role: 'both',
      auth: 'strict',
      services: undefined,
      databaseUrl: undefined,
      s3: undefined,
    });
  });

  it('takes an absolute data directory as it is and an empty setting as its default', () => {
    expect(parse({ LANTERN_DATA_DIR: '/elsewhere', LANTERN_PORT: '' })).toMatchObject({
      dataDir: '/elsewhere',
      port: 4566,
    });
  });

  it('splits the list of services', () => {
    expect(parse({ LANTERN_SERVICES: 'comprehend, s3' }).services).toEqual(['comprehend', 's3']);
  });

  it('reads which processes answer a service', () => {
    const { upstreams } = parse({
      LANTERN_UPSTREAMS: 'comprehend=http://a:1, sns=https://b/,comprehend=http://[::1]:2',
    });
    expect(Object.fromEntries(upstreams)).toEqual({
      comprehend: [new URL('http://a:1'), new URL('http://[::1]:2')],
      sns: [new URL('https://b')],
    });
  });

  it.each(['comprehend', 'comprehend=a:1', 'comprehend=ftp://a', 'comprehend=http://a/path', 'x=http://user:word@a'])(
    'refuses the upstream "%s"',
    (LANTERN_UPSTREAMS) => expect(problemsOf({ LANTERN_UPSTREAMS })).toHaveLength(1),
  );

  it('lists all problems at once', () => {
    const problems = problemsOf({ LANTERN_PORT: '99999', LANTERN_ROLE: 'king', LANTERN_CALL_TIMEOUT_MS: 'soon' });
    expect(problems).toEqual([
      expect.stringContaining('LANTERN_PORT is "99999"'),
      expect.stringContaining('LANTERN_ROLE is "king"; it must be one of http, worker, both'),
      expect.stringContaining('LANTERN_CALL_TIMEOUT_MS is "soon"'),
    ]);
  });

  it.each([' ', '1.5', '0x10x', '1e9', '-1'])('refuses the port "%s"', (LANTERN_PORT) => {
    expect(problemsOf({ LANTERN_PORT })).toHaveLength(1);
  });

  it('finds misspelt settings', () => {
    expect(problemsOf({ LANTERN_PROT: '1' })).toEqual(['LANTERN_PROT is no setting of Lantern']);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', '127.0.0.1.evil.example', 'example.com'])(
    'opens to anyone on loopback only, not on %s',
    (LANTERN_HOST) => {
      expect(problemsOf({ LANTERN_AUTH: 'open', LANTERN_HOST })).toEqual([
        expect.stringContaining('must be a loopback'),
      ]);
      expect(problemsOf({ LANTERN_HOST })).toEqual([]);
    },
  );

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('may be open on %s', (LANTERN_HOST) => {
    expect(parse({ LANTERN_AUTH: 'open', LANTERN_HOST }).auth).toBe('open');
  });

  it('knows where models come from', () => {
    expect(
      parse({ LANTERN_MODELS_MIRROR: 'https://mirror.example/models/', LANTERN_MODELS_FOLDER: '/mnt/models' }),
    ).toMatchObject({
      modelsMirror: 'https://mirror.example/models',
      modelsFolder: '/mnt/models',
    });
    expect(problemsOf({ LANTERN_MODELS_MIRROR: 'mirror.example' })).toHaveLength(1);
  });

  it('wants the keys of another object server', () => {
    expect(problemsOf({ LANTERN_S3_ENDPOINT: 'http://minio:9000' })).toHaveLength(1);
  });
});

describe('settings', () => {
  it('has a default of its own type, and a sentence, for each', () => {
    expect(settings.length).toBeGreaterThan(10);
    for (const { name, doc } of settings) expect(doc, name).toMatch(/^\S.*\.$/);
    expect(problemsOf(Object.fromEntries(settings.map(({ name, default: value }) => [name, value])))).toEqual([]);
  });
});
