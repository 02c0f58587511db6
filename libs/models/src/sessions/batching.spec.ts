import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BatchingOptions } from './batch-axes.js';
import type { ModelSession } from './model-session.js';
import { ModelSessions, type ModelFileSource } from './model-sessions.js';
import { tensor, tensorNamed } from './tensors/tensor.js';
import { fileOf, increment, lookUp, node, value } from './tiny-models.fixture.js';

/** y = x * scale, where x is [2, batch, 2] and the scale is one for all. */
const scaled = (): ModelFileSource =>
  fileOf({
    nodes: [node('Mul', ['x', 'scale'], ['y']), node('Identity', ['words'], ['same'])],
    inputs: [
      value('x', 'float32', [2, 'batch', 2]),
      value('scale', 'float32', []),
      value('words', 'string', ['batch', 1]),
    ],
    outputs: [value('y', 'float32', [2, 'batch', 2]), value('same', 'string', ['batch', 1])],
  });

describe('dynamic batching', () => {
  let sessions: ModelSessions;
  let session: ModelSession | undefined;
  const open = async (model: ModelFileSource, batching: Partial<BatchingOptions> = {}) => {
    const all = { dimension: 'batch', maxSize: 4, ...batching };
    return (session = await sessions.open(model, { isTrusted: true, batching: all }));
  };
  /** Of the one model that is open. */
  const counts = () => sessions.statistics().models[0];
  beforeAll(() => void (sessions = new ModelSessions({ workers: 1 })));
  afterEach(() => session?.close());
  afterAll(() => sessions.close());

  it('runs what is waiting together, within the largest size, and gives each caller its own', async () => {
    const session = await open(increment());
    const one = (n: number) => session.run({ x: tensor('float32', Float32Array.of(n, 2 * n), [1, 2]) });
    const outputs = await Promise.all([1, 2, 3, 4, 5, 6].map(one));
    expect(outputs.map(({ y }) => [...(y?.data ?? [])])).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => [n + 1, 2 * n + 1]),
    );
    expect(outputs[0]?.y?.dims).toEqual([1, 2]);
    expect(counts()).toMatchObject({ nRequests: 6, nBatches: 2, nRows: 6 });
  });

  it('counts rows, and runs a request that alone has more than a batch', async () => {
    const session = await open(increment());
    const rows = (n: number) => session.run({ x: tensor('float32', new Float32Array(n).fill(n), [n, 1]) });
    const outputs = await Promise.all([rows(3), rows(1), rows(2), rows(7)]);
    expect(outputs.map(({ y }) => y?.dims)).toEqual([[3, 1], [1, 1], [2, 1], [7, 1]]);
    expect(counts()).toMatchObject({ nRequests: 4, nBatches: 3, nRows: 13 });
  });

  it('joins only what is alike in its other lengths and its wanted outputs', async () => {
    const session = await open(increment());
    const wide = (n: number) => session.run({ x: tensor('float32', new Float32Array(n), [1, n]) });
    const outputs = await Promise.all([wide(2), wide(3), wide(2), wide(3)]);
    expect(outputs.map(({ y }) => y?.dims)).toEqual([[1, 2], [1, 3], [1, 2], [1, 3]]);
    expect(counts()).toMatchObject({ nBatches: 2 });
  });

  it('joins along inner axes, strings too, and tells requests apart by what has no batch axis', async () => {
    const session = await open(scaled());
    const run = (n: number, scale: number) =>
      session.run({
        x: tensor('float32', Float32Array.of(n, n + 1, n + 2, n + 3), [2, 1, 2]),
        scale: tensor('float32', Float32Array.of(scale), []),
        words: tensor('string', [`number ${n}`], [1, 1]),
      });
    const outputs = await Promise.all([run(0, 2), run(10, 2), run(20, 3), run(30, 2)]);
    expect(outputs.map(({ y }) => [...(y?.data ?? [])])).toEqual([
      [0, 2, 4, 6],
      [20, 22, 24, 26],
      [60, 63, 66, 69],
      [60, 62, 64, 66],
    ]);
    expect(outputs.map(({ same }) => same?.data[0])).toEqual(['number 0', 'number 10', 'number 20', 'number 30']);
    expect(counts()).toMatchObject({ nBatches: 2, nRequests: 4 });
  });

  it('finds the axis by value where the model has no name for it', async () => {
    const model = fileOf({
      nodes: [node('Neg', ['x'], ['y'])],
      inputs: [value('x', 'float32', [undefined, 1])],
      outputs: [value('y', 'float32', [undefined, 1])],
    });
    const session = await open(model, { dimension: { x: 0, y: 0 } });
    const outputs = await Promise.all([1, 2].map((n) => session.run({ x: tensor('float32', Float32Array.of(n), [1, 1]) })));
    expect(outputs.map((all) => tensorNamed(all, 'y', 'float32').data[0])).toEqual([-1, -2]);
    expect(counts()).toMatchObject({ nBatches: 1 });
  });

  it('fails one request without its neighbours', async () => {
    const session = await open(lookUp());
    const at = (i: bigint) => session.run({ index: tensor('int64', BigInt64Array.of(i), [1, 1]) });
    const [a, bad, b] = await Promise.allSettled([at(1n), at(99n), at(2n)]);
    expect(a).toMatchObject({ value: { y: { data: Float32Array.of(10) } } });
    expect(bad).toMatchObject({ status: 'rejected', reason: { name: 'ModelRunError' } });
    expect(b).toMatchObject({ value: { y: { data: Float32Array.of(20) } } });
  });

  it('waits for company as long as it was told, and no longer for a full batch', async () => {
    const session = await open(increment(), { maxSize: 2, maxDelayMs: 150 });
    const one = () => session.run({ x: tensor('float32', Float32Array.of(1), [1, 1]) });
    const begun = performance.now();
    await Promise.all([one(), new Promise((resolve) => setTimeout(resolve, 5)).then(one)]);
    const full = performance.now();
    expect(full - begun).toBeLessThan(120);
    expect(counts()).toMatchObject({ nBatches: 1 });
    await one();
    expect(performance.now() - full).toBeGreaterThan(145);
  });

  it('lets one leave a batch that has not begun', async () => {
    const session = await open(increment(), { maxDelayMs: 30 });
    const leaver = new AbortController();
    const one = (signal?: AbortSignal) =>
      session.run({ x: tensor('float32', Float32Array.of(1), [1, 1]) }, signal && { signal });
    const [gone, stays] = [one(leaver.signal), one()];
    leaver.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    await stays;
    expect(counts()).toMatchObject({ nRequests: 1 });
  });

  it('refuses what comes when too many wait', async () => {
    session = await sessions.open(increment(), { isTrusted: true, maxWaiting: 2 });
    const ask = () => session!.run({ x: tensor('float32', Float32Array.of(1), [1, 1]) });
    const [a, b, c] = await Promise.allSettled([ask(), ask(), ask()]);
    expect([a.status, b.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(c).toMatchObject({ status: 'rejected', reason: { name: 'ModelBusyError', nWaiting: 2 } });
    await expect(ask()).resolves.toHaveProperty('y');
  });

  it('refuses models that cannot be batched so, with a sentence', async () => {
    await expect(open(increment(), { dimension: 'sequence' })).rejects.toThrow(
      'no input has the dimension sequence: x: float32 [batch, width]',
    );
    const sum = fileOf({
      nodes: [node('ReduceSum', ['x'], ['y'], { keepdims: { kind: 'int', value: 0n } })],
      inputs: [value('x', 'float32', ['batch'])],
      outputs: [value('y', 'float32', [])],
    });
    await expect(open(sum)).rejects.toThrow('outputs without the dimension batch: y: float32 []');
  });

  it('refuses feeds that differ in their rows', async () => {
    const session = await open(scaled());
    const feeds = {
      x: tensor('float32', new Float32Array(8), [2, 2, 2]),
      scale: tensor('float32', Float32Array.of(1), []),
      words: tensor('string', ['a'], [1, 1]),
    };
    await expect(session.run(feeds)).rejects.toThrow('words has 1 for batch, where x has 2');
  });
});
