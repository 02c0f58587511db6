import { describe, expect, it } from 'vitest';
import { Deadlines } from './deadlines.js';

describe('Deadlines', () => {
  it('aborts what is overdue, and nothing that ended in time', () => {
    let now = 0;
    const deadlines = new Deadlines(() => now, 1_000_000);
    const [late, early] = [new AbortController(), new AbortController()];
    deadlines.within(100, late);
    const ended = deadlines.within(100, early);
    now = 99;
    deadlines.sweep();
    expect(late.signal.aborted).toBe(false);
    ended();
    now = 100;
    deadlines.sweep();
    expect(late.signal.aborted).toBe(true);
    expect(early.signal.aborted).toBe(false);
    deadlines.close();
  });
});
