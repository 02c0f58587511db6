import { defineConfig } from 'vitest/config';

// Tests run on what ships: the compiled files. Nest's decorators, worker threads and package exports then behave as in production.
const compiled = (...patterns) =>
  patterns.flatMap((p) => [`{libs,services,apps}/*/dist/**/${p}`, `{test,training}/dist/**/${p}`]);
const slow = ['medium', 'quality', 'e2e'];
const project = (name, include, exclude = []) => ({
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', ...exclude],
    testTimeout: name === 'unit' ? 20_000 : 900_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      project(
        'unit',
        compiled('*.spec.js'),
        slow.map((kind) => `**/*.${kind}.spec.js`),
      ),
      ...slow.map((kind) => project(kind, compiled(`*.${kind}.spec.js`))),
    ],
  },
});
