import { describe, expect, it } from 'vitest';
import type { SessionThread } from '../runtime/session-thread.js';
import type { ModelEntry } from './model-entry.js';
import { victimFor } from './victims.js';

/** Only what the choice looks at. */
const entry = (name: string, oldestAtMs: number, replicas: readonly [SessionThread, number][]): ModelEntry =>
  ({ name, queue: { size: oldestAtMs < Infinity ? 1 : 0, oldestAtMs }, replicas: new Map(replicas) }) as unknown as ModelEntry;
const thread = (isBusy = false): SessionThread => ({ isBusy }) as SessionThread;
const idle = Infinity;

describe('victimFor', () => {
  const [free, busy] = [thread(), thread(true)];
  const wanted = entry('wanted', 100, []);

  it('chooses what nobody waits for and was used longest ago', () => {
    const [old, young] = [entry('old', idle, [[free, 10]]), entry('young', idle, [[free, 20]])];
    expect(victimFor(wanted, 100, [young, old, wanted])?.entry).toBe(old);
  });

  it('spares threads that compute, and the model itself', () => {
    const itself = entry('itself', 100, [[free, 1]]);
    expect(victimFor(itself, 100, [itself, entry('busy', idle, [[busy, 1]])])).toBeUndefined();
  });

  it('takes a model with younger requests before it lets one starve, but never one with older', () => {
    const [older, younger] = [entry('older', 50, [[free, 1]]), entry('younger', 150, [[free, 2]])];
    expect(victimFor(wanted, 100, [older, younger])?.entry).toBe(younger);
    expect(victimFor(wanted, 100, [older])).toBeUndefined();
    const unused = entry('unused', idle, [[free, 99]]);
    expect(victimFor(wanted, 100, [older, younger, unused])?.entry).toBe(unused);
  });
});
