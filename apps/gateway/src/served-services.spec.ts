import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './config.js';
import { servedServices } from './served-services.js';
import { mountedServices, servicesByFolder } from './services.js';

const at = [new URL('http://127.0.0.1:1')];
const serve = (services?: string[], ...elsewhere: string[]) =>
  servedServices({ services, upstreams: new Map(elsewhere.map((folder) => [folder, at])) });

describe('servedServices', () => {
  it('answers everything here unless told otherwise', () => {
    const { here, recognised, folderElsewhere } = serve();
    expect(here).toEqual(Object.keys(servicesByFolder));
    expect(recognised).toEqual(mountedServices);
    expect(recognised.map(folderElsewhere)).toEqual(recognised.map(() => undefined));
  });

  it('recognises what is answered elsewhere, every API of it', () => {
    const { here, recognised, folderElsewhere } = serve(undefined, 'personalize');
    expect(here).not.toContain('personalize');
    expect(
      recognised.filter((service) => folderElsewhere(service) === 'personalize').map(({ api }) => api.name),
    ).toEqual(servicesByFolder['personalize']?.map(({ api }) => api.name));
  });

  it('serves a part alone', () => {
    expect(serve(['comprehend']).recognised.map(({ api }) => api.name)).toEqual(['comprehend']);
  });

  it('tells all mistakes at once', () => {
    const problems = (() => {
      try {
        serve(['comprehend', 'toString'], 'comprehend', 'sms');
      } catch (error) {
        return error instanceof ConfigurationError ? error.problems : [];
      }
      return [];
    })();
    expect(problems).toEqual([
      expect.stringContaining('LANTERN_SERVICES names toString'),
      expect.stringContaining('LANTERN_UPSTREAMS names sms'),
      expect.stringContaining('comprehend is in LANTERN_SERVICES and in LANTERN_UPSTREAMS'),
    ]);
  });
});
