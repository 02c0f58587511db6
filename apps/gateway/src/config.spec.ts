import { describe, expect, it } from 'vitest';
import { ConfigurationError, parseConfig, settings } from './config.js';

describe('parseConfig', () => {
  it('needs no setting at all', () => {
    expect(parseConfig({}, '/project')).toMatchObject({
      host: '127.0.0.1',
      port: 4566,
      dataDir: '/project/.lantern',
      auth: 'strict',
    });
  });

  it('lists all problems at once', () => {
    const parse = () => parseConfig({ LANTERN_PORT: 'eighty', LANTERN_ROLE: 'boss', LANTERN_PROT: '1' }, '/project');
    expect(parse).toThrow(ConfigurationError);
    try {
      parse();
    } catch (error) {
      expect((error as ConfigurationError).problems.map((problem) => problem.split(' ')[0])).toEqual([
        'LANTERN_PORT',
        'LANTERN_ROLE',
        'LANTERN_PROT',
      ]);
    }
  });

  it('opens the door only on loopback', () => {
    expect(() => parseConfig({ LANTERN_AUTH: 'open', LANTERN_HOST: '0.0.0.0' }, '/')).toThrow(/loopback/);
    expect(parseConfig({ LANTERN_AUTH: 'open' }, '/').auth).toBe('open');
  });

  it('describes every setting in a sentence', () => {
    expect(settings.length).toBeGreaterThan(10);
    expect(settings.filter(({ doc }) => !doc.endsWith('.'))).toEqual([]);
  });
});
