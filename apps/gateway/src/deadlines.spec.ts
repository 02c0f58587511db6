import { afterEach, describe, expect, it } from 'vitest';
import { Abandonment } from './abandonment.js';
import { Deadlines } from './deadlines.js';

describe('Deadlines', () => {
  let nowMs = 0;
  const deadlines = new Deadlines(() => nowMs, 1e6);
  afterEach(() => deadlines.close());

  it('gives up what is overdue, and nothing else', () => {
    const [soon, later, ended] = [new Abandonment(), new Abandonment(), new Abandonment()];
    deadlines.within(100, soon);
    deadlines.within(200, later);
    deadlines.within(50, ended)();
    nowMs = 150;
    deadlines.sweep();
    expect([soon, later, ended].map(({ reason }) => reason?.name)).toEqual(['TimeoutError', undefined, undefined]);
  });
});

describe('Abandonment', () => {
  const cause = new DOMException('gone', 'AbortError');

  it('aborts a signal that was asked for before, and one that is asked for later', () => {
    const call = new Abandonment();
    const before = call.signal;
    call.abandon(cause);
    expect([before.aborted, before.reason]).toEqual([true, cause]);
    const late = new Abandonment();
    late.abandon(cause);
    expect(late.signal.reason).toBe(cause);
  });

  it('keeps the first reason and tells its listener once', () => {
    const call = new Abandonment();
    const heard: string[] = [];
    call.onAbandon(({ message }) => heard.push(message));
    call.abandon(cause);
    call.abandon(new DOMException('later', 'TimeoutError'));
    expect(heard).toEqual(['gone']);
    expect(call.reason).toBe(cause);
  });
});
