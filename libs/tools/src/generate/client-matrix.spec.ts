import { describe, expect, it } from 'vitest';
import { clientMatrix } from './client-matrix.js';

describe('the table of clients', () => {
  const run = (client: string, transport: string, outcomes: Record<string, string>) => ({
    client,
    version: '1.0',
    transport,
    outcomes,
  });

  it('counts the calls that worked, and marks what a client does not speak', () => {
    const text = clientMatrix({
      date: '2026-11-25',
      calls: ['a', 'b'],
      runs: [
        run('one', 'HTTP/1.1', { a: 'ok', b: 'ok' }),
        run('one', 'HTTP/2', { a: 'ok', b: 'ok' }),
        run('two', 'HTTP/1.1', { a: 'ok', b: 'ok' }),
      ],
    });
    expect(text.split('\n').slice(0, 4)).toEqual([
      '| client | HTTP/1.1 | HTTP/2 |',
      '| --- | --- | --- |',
      '| one 1.0 | 2 of 2 | 2 of 2 |',
      '| two 1.0 | 2 of 2 | – |',
    ]);
  });

  it('writes out what failed or was not made', () => {
    const text = clientMatrix({
      date: '2026-11-25',
      calls: ['a', 'b'],
      runs: [run('one', 'HTTP/2', { a: 'Error: x|y' })],
    });
    expect(text).toContain('| one 1.0 | 0 of 2 |');
    expect(text).toContain('- one, HTTP/2: a: Error: x\\|y');
    expect(text).toContain('- one, HTTP/2: b: not made');
  });
});
