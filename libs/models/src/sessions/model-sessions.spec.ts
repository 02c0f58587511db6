import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ModelLoadError } from './errors.js';
import type { ModelSession } from './model-session.js';
import { ModelSessions, type ModelSessionsOptions } from './model-sessions.js';
import { tensor, tensorNamed, type NamedTensors } from './tensors/tensor.js';
import { heavy, identity, increment, lookUp, slow, sourceOf } from './tiny-models.fixture.js';

const trusted = { isTrusted: true };

describe('ModelSessions', () => {
  let shared: ModelSessions;
  let sessions: ModelSessions | undefined;
  /** Sessions of a test's own, where it counts what is in them. */
  const start = (options: ModelSessionsOptions = {}) => (sessions = new ModelSessions({ workers: 1, ...options }));
  beforeAll(() => void (shared = new ModelSessions({ workers: 1 })));
  afterEach(() => sessions?.close());
  afterAll(() => shared.close());

  it('runs a model and says what it takes and gives', async () => {
    const session = await shared.open(increment(), trusted);
    expect(session.inputs).toEqual([{ name: 'x', elementType: 'float32', shape: ['batch', 'width'] }]);
    expect(session.outputs).toEqual([{ name: 'y', elementType: 'float32', shape: ['batch', 'width'] }]);
    const outputs = await session.run({ x: tensor('float32', Float32Array.of(1, 2, 3), [1, 3]) });
    expect(outputs).toEqual({ y: tensor('float32', Float32Array.of(2, 3, 4), [1, 3]) });
  });

  it('carries every element type there and back', async () => {
    const values: NamedTensors = {
      float32: tensor('float32', Float32Array.of(1.5, NaN), [2]),
      float64: tensor('float64', Float64Array.of(Math.PI, -Infinity), [2]),
      float16: tensor('float16', Uint16Array.of(0x3c00, 0xfbff), [2]),
      int8: tensor('int8', Int8Array.of(-128, 127), [2]),
      uint8: tensor('uint8', Uint8Array.of(0, 255), [2]),
      int16: tensor('int16', Int16Array.of(-32768, 1), [2]),
      uint16: tensor('uint16', Uint16Array.of(65535, 1), [2]),
      int32: tensor('int32', Int32Array.of(-(2 ** 31), 1), [2]),
      uint32: tensor('uint32', Uint32Array.of(2 ** 32 - 1, 1), [2]),
      int64: tensor('int64', BigInt64Array.of(-(2n ** 63n), 1n), [2]),
      uint64: tensor('uint64', BigUint64Array.of(2n ** 64n - 1n, 1n), [2]),
      bool: tensor('bool', Uint8Array.of(1, 0), [2]),
      string: tensor('string', ['né 🙂', ''], [2]),
    };
    const running = shared;
    for (const x of Object.values(values)) {
      const session = await running.open(identity(x.elementType, ['n']), trusted);
      expect(await session.run({ x }, { keepFeeds: true })).toEqual({ y: x });
      await session.close();
    }
  });

  it('takes scalars, empty tensors, and values of any rank where the model does not say one', async () => {
    const running = shared;
    const scalar = await running.open(identity('int64', []), trusted);
    const one = { x: tensor('int64', BigInt64Array.of(7n), []) };
    expect(await scalar.run(one, { keepFeeds: true })).toEqual({ y: one.x });
    await expect(scalar.run({ x: tensor('int64', BigInt64Array.of(7n), [1]) })).rejects.toThrow('x has dims [1], not []');
    const free = await running.open(identity('float32', undefined), trusted);
    expect(free.inputs[0]?.shape).toBeUndefined();
    const empty = { x: tensor('float32', new Float32Array(0), [2, 0, 3]) };
    expect(await free.run(empty, { keepFeeds: true })).toEqual({ y: empty.x });
  });

  it('moves feeds, unless their caller keeps them, and copies parts of a buffer', async () => {
    const session = await shared.open(increment(), trusted);
    const whole = Float32Array.of(1, 2, 3, 4);
    await session.run({ x: tensor('float32', whole.subarray(2), [1, 2]) });
    await session.run({ x: tensor('float32', whole, [1, 4]) }, { keepFeeds: true });
    expect([...whole]).toEqual([1, 2, 3, 4]);
    const feeds = { x: tensor('float32', whole, [1, 4]) };
    await session.run(feeds);
    expect(whole.length).toBe(0);
    await expect(session.run(feeds)).rejects.toThrow('x was moved away by an earlier run; keep it with keepFeeds');
    const common = new Float32Array(new SharedArrayBuffer(4)).fill(5);
    const { y } = await session.run({ x: tensor('float32', common, [1, 1]) });
    expect([...(y?.data ?? [])]).toEqual([6]);
  });

  it('names all that is wrong with feeds, before the runtime sees them', async () => {
    const session = await shared.open(increment(), trusted);
    const run = (feeds: NamedTensors, fetch?: string[]) => session.run(feeds, fetch && { fetch });
    await expect(run({ z: tensor('float32', new Float32Array(1), [1, 1]) })).rejects.toThrow(
      'there is no input z; there are: x; x: float32 [batch, width] is missing',
    );
    await expect(run({ x: tensor('int32', new Int32Array(1), [1, 1]) })).rejects.toThrow('x is int32, not float32');
    await expect(run({ x: tensor('float32', new Float32Array(1), [1]) })).rejects.toThrow(
      'x has dims [1], not [batch, width]',
    );
    await expect(run({ x: tensor('float32', new Float32Array(3), [2, 2]) })).rejects.toThrow(
      'x has 3 values for dims [2, 2], not 4',
    );
    await expect(run({ x: tensor('float32', new Float32Array(1), [1, 1]) }, ['q'])).rejects.toThrow(
      'there is no output q; there are: y',
    );
  });

  it('tells the runtime’s own error with the model’s digest', async () => {
    const model = lookUp();
    const session = await shared.open(model, trusted);
    const run = session.run({ index: tensor('int64', BigInt64Array.of(11n), [1, 1]) });
    await expect(run).rejects.toMatchObject({ name: 'ModelRunError', digest: model.digest });
    await expect(run).rejects.toThrow(/indices element out of data bounds/);
  });

  it('shares a model between its handles, and lets it go with the last', async () => {
    const running = start();
    const model = increment();
    const [a, b] = await Promise.all([running.open(model, trusted), running.open(model, trusted)]);
    expect(running.statistics().models).toMatchObject([{ digest: model.digest, nReplicas: 1 }]);
    await a.close();
    await b.run({ x: tensor('float32', Float32Array.of(1), [1, 1]) });
    await b.close();
    expect(running.statistics()).toMatchObject({ models: [], usedBytes: 0 });
    await expect(b.run({})).rejects.toThrow('the session is closed');
  });

  it('refuses a file that is not what its digest says, is missing, or is no model', async () => {
    const running = start();
    const model = increment();
    await expect(running.open({ ...model, digest: 'f'.repeat(64) }, trusted)).rejects.toMatchObject({ reason: 'digest' });
    const missing = { digest: model.digest, path: '/nowhere/model.onnx' };
    await expect(running.open(missing, trusted)).rejects.toMatchObject({ reason: 'missing' });
    const text = running.open(sourceOf(Buffer.from('no model')), trusted);
    await expect(text).rejects.toBeInstanceOf(ModelLoadError);
    await expect(text).rejects.toMatchObject({ reason: 'rejected' });
    expect(running.statistics()).toMatchObject({ models: [], usedBytes: 0 });
  });

  it('does not open a model that fails on its caller’s warm-up feeds', async () => {
    const feeds = { index: tensor('int64', BigInt64Array.of(11n), [1, 1]) };
    const opened = shared.open(lookUp(), { ...trusted, warmUp: { feeds } });
    await expect(opened).rejects.toMatchObject({ reason: 'warm-up' });
  });

  it('lets a waiting request leave at once, and one that runs without its answer', async () => {
    const running = start();
    const session = await running.open(slow(60), trusted);
    const [first, second] = [new AbortController(), new AbortController()];
    const run = ({ signal }: AbortController) => session.run(square(300), { signal });
    const [a, b, c] = [run(first), run(second), session.run(square(300))];
    await expect.poll(() => running.statistics().models[0]?.nRunning, { interval: 1 }).toBe(1);
    expect(running.statistics().models[0]?.queueDepth).toBe(2);
    second.abort(new Error('changed my mind'));
    await expect(b).rejects.toThrow('changed my mind');
    expect(running.statistics().models[0]?.queueDepth).toBe(1);
    first.abort();
    await expect(a).rejects.toMatchObject({ name: 'AbortError' });
    await expect(c).resolves.toHaveProperty('y');
    expect(running.statistics().models[0]).toMatchObject({ nRequests: 2 });
    await expect(run(first)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('loads into another worker when requests wait', async () => {
    const running = start({ workers: 2 });
    const session = await running.open(slow(60), trusted);
    expect(running.statistics().models[0]?.nReplicas).toBe(1);
    const run = async () => {
      await Promise.all(Array.from({ length: 4 }, () => session.run(square(300))));
      return running.statistics().models[0]?.nReplicas;
    };
    await expect.poll(run, { timeout: 10_000 }).toBe(2);
    const single = await running.open(slow(60), { ...trusted, maxReplicas: 1 });
    await Promise.all(Array.from({ length: 6 }, () => single.run(square(300))));
    expect(running.statistics().models[1]?.nReplicas).toBe(1);
  });

  it('keeps within its memory: what was used longest ago leaves, and comes back when it is asked', async () => {
    const size = 4 * 2 ** 20;
    const running = start({ memoryBytes: 8 * size });
    const x = () => ({ x: tensor('float32', Float32Array.of(1), [1, 1]) });
    const open: ModelSession[] = [];
    for (let i = 0; i < 8; i++) {
      open.push(await running.open(heavy(size, i), trusted));
      await open[0]?.run(x());
    }
    const loaded = running.statistics().models.map(({ nReplicas }) => nReplicas);
    expect(loaded[0]).toBe(1);
    expect(loaded[7]).toBe(1);
    expect(loaded[1]).toBe(0);
    expect(running.statistics().usedBytes).toBeLessThanOrEqual(8 * size);
    expect(tensorNamed(await open[1]!.run(x()), 'y', 'float32').data[0]).toBe(2);
    await expect(running.open(heavy(7 * size, 9), trusted)).rejects.toMatchObject({ reason: 'memory' });
  });

  it('unloads what is idle', async () => {
    const running = start({ idleUnloadMs: 40 });
    const session = await running.open(increment(), trusted);
    await expect.poll(() => running.statistics().models[0]?.nReplicas).toBe(0);
    expect(running.statistics().usedBytes).toBe(0);
    const { y } = await session.run({ x: tensor('float32', Float32Array.of(1), [1, 1]) });
    expect([...(y?.data ?? [])]).toEqual([2]);
  });

  it('loads anew where a thread has died', async () => {
    const running = start();
    const session = await running.open(increment(), trusted);
    // White box: nothing from outside ends a thread alone.
    await running['dispatcher']['threads'][0]?.['worker'].terminate();
    expect(running.statistics()).toMatchObject({ usedBytes: 0, models: [{ nReplicas: 0 }] });
    const { y } = await session.run({ x: tensor('float32', Float32Array.of(1), [1, 1]) });
    expect([...(y?.data ?? [])]).toEqual([2]);
    expect(running.statistics().models[0]?.nReplicas).toBe(1);
  });

  it('rejects what waits when it is closed', async () => {
    const running = start();
    const session = await running.open(slow(60), trusted);
    const runs = Array.from({ length: 3 }, () => session.run(square(300)).catch((cause: Error) => cause.message));
    await expect.poll(() => running.statistics().models[0]?.nRunning, { interval: 1 }).toBe(1);
    await running.close();
    expect((await Promise.all(runs)).slice(1)).toEqual(['the session is closed', 'the session is closed']);
    await expect(running.open(increment(), trusted)).rejects.toThrow('the session is closed');
  });
});

const square = (n: number): NamedTensors => ({ x: tensor('float32', new Float32Array(n * n), [n, n]) });
