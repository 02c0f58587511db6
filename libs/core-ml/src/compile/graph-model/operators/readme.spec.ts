import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { supportedOperators } from './index.js';

it('lists in the README exactly the operators that the table has', () => {
  const readme = readFileSync(new URL('../../../../src/compile/README.md', import.meta.url), 'utf8');
  const list = /## TensorFlow operators of graph models\n([^]*?)\n\nLimits/.exec(readme)?.[1] ?? '';
  expect([...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(supportedOperators);
});
