import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './builder/index.js';
import { inferShapes } from './infer-shapes.js';
import { ShapeError } from './operators/shape-error.js';
import { readModel } from './protobuf/index.js';
import { feedsOf, moonshine, networkFiles } from './real-models.fixture.js';
import { runModel } from './run-model.fixture.js';
import { floats, modelOf, node, vector } from './small-models.fixture.js';
import { int64, integers, scalar } from './tensor/create.js';

const voiceActivity = networkFiles(undefined).find((file) => file.endsWith('silero_vad_v5.onnx'))!;

describe('inferShapes of networks from npm', () => {
  it.each([
    ['a voice activity detector with nested branches', voiceActivity],
    ['a speech encoder', join(moonshine, 'encoder_model.onnx')],
  ])('says what the runtime computes for %s', async (_, path) => {
    const bytes = readFileSync(path);
    const model = readModel(bytes);
    const feeds = feedsOf(model);
    const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { dims }]) => [name, dims]));
    const inferred = inferShapes(model, { inputs });
    const results = await runModel(bytes, feeds);
    for (const { name, elementType, shape } of inferred.graph.outputs) {
      expect(results[name]?.type).toBe(elementType);
      expect(results[name]?.dims).toHaveLength(shape?.length ?? -1);
      for (const [axis, length] of (shape ?? []).entries()) {
        if (typeof length === 'number') expect(length).toBe(results[name]?.dims[axis]);
      }
    }
  });

  it('knows every length of the speech encoder once it knows those of its input', () => {
    const model = readModel(readFileSync(join(moonshine, 'encoder_model.onnx')));
    const { graph } = inferShapes(model, { inputs: { [model.graph.inputs[0]!.name]: [1, 16_000] } });
    expect(graph.values.size).toBeGreaterThan(500);
    const open = [...graph.values].filter(
      ([, { shape }]) => shape?.every((length) => typeof length === 'number') !== true,
    );
    expect(open).toEqual([]);
  });
});

describe('inferShapes', () => {
  it('keeps what the file says of operators that it does not know, and goes on from there', () => {
    const model = modelOf({
      inputs: [floats('x', 'batch', 4)],
      nodes: [{ ...node('FusedThing', ['x'], ['mid']), domain: 'com.example' }, node('Relu', ['mid'], ['y'])],
      values: new Map([['mid', { elementType: 'float32', shape: ['batch', 7] }]]),
      outputs: [{ name: 'y', elementType: 'undefined', shape: undefined }],
    });
    expect(inferShapes(model).graph.outputs).toEqual([{ name: 'y', elementType: 'float32', shape: ['batch', 7] }]);
  });

  it('merges axes beside a named one: [batch, 1, 1, 1280] by [-1, 1280] is [batch, 1280]', () => {
    const g = new GraphBuilder({ opset: 17 });
    const x = g.input('x', 'float32', ['batch', 1, 1, 1280]);
    expect(g.op('Reshape', [x, g.constant(integers([-1, 1280]))]).shape).toEqual(['batch', 1280]);
  });

  it('takes the one branch of an If that can run with these shapes', () => {
    const g = new GraphBuilder({ opset: 17 });
    const x = g.input('x', 'float32', ['n', 1]);
    const squeezed = g.subgraph('then', (body) =>
      body.output('a', body.op('Squeeze', [x, body.constant(integers([0]))])),
    );
    const summed = g.subgraph('else', (body) => body.output('b', body.op('ReduceSum', [x], { keepdims: 0 })));
    g.output('y', g.op('If', [g.input('flag', 'bool', [])], { then_branch: squeezed, else_branch: summed }));
    const model = g.build();
    expect(inferShapes(model, { inputs: { x: [3, 1] } }).graph.outputs[0]?.shape).toEqual([]);
    expect(inferShapes(model, { inputs: { x: [1, 1] } }).graph.outputs[0]?.shape).toBeUndefined();
  });

  it('refuses a node that cannot run, by name', () => {
    const model = modelOf({
      inputs: [floats('x', 2, 3)],
      initialisers: new Map([['w', vector(1, 2)]]),
      nodes: [node('Add', ['x', 'w'], ['y'], {}, 'shift')],
      outputs: [floats('y', 2, 3)],
    });
    expect(() => inferShapes(model)).toThrow(ShapeError);
    expect(() => inferShapes(model)).toThrow(
      'Add "shift": input 1 (B, "w") [2] does not broadcast with input 0 (A, "x") [2, 3]',
    );
  });
});

describe('models that ask for the impossible', () => {
  const huge = 2 ** 40;
  const build = (): GraphBuilder => new GraphBuilder({ opset: 17 });
  const memory = (action: () => unknown): number => {
    const before = process.memoryUsage();
    action();
    const after = process.memoryUsage();
    return after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  };

  it.each([
    ['ConstantOfShape', (g: GraphBuilder) => g.op('ConstantOfShape', [g.constant(integers([huge, 4]))])],
    ['Expand', (g: GraphBuilder) => g.op('Expand', [g.constant(scalar('float32', 1)), g.constant(integers([huge]))])],
    ['Tile', (g: GraphBuilder) => g.op('Tile', [g.constant(int64([1], [1])), g.constant(integers([huge]))])],
    [
      'Range',
      (g: GraphBuilder) =>
        g.op(
          'Range',
          [0, huge, 1].map((value) => g.constant(scalar('int64', value))),
        ),
    ],
    ['Pad', (g: GraphBuilder) => g.op('Pad', [g.constant(int64([1], [1])), g.constant(integers([huge, huge]))])],
    ['EyeLike', (g: GraphBuilder) => g.op('EyeLike', [g.input('x', 'float32', [huge, 100])])],
  ])('cost nothing: %s', (_, make) => {
    let shape: unknown;
    expect(memory(() => (shape = make(build()).shape))).toBeLessThan(10_000_000);
    expect(shape).toContain(_ === 'Pad' ? 2 * huge + 1 : huge);
  });

  it('refuse lengths that are no numbers of elements', () => {
    const g = build();
    expect(() => g.op('ConstantOfShape', [g.constant(integers([-3]))])).toThrow('asks for a length of -3.');
    expect(() => g.op('Tile', [g.input('x', 'float32', [2 ** 50]), g.constant(integers([2 ** 50]))])).toThrow(
      'output 0 would be',
    );
  });

  it('do not follow lists of a million lengths', () => {
    const g = build();
    const shape = g.constant(int64([1_000_000], new BigInt64Array(1_000_000).fill(2n)));
    expect(memory(() => g.op('ConstantOfShape', [shape]).type.shape)).toBeLessThan(10_000_000);
  });

  it('take no longer with loops inside loops', () => {
    let visited = 0;
    const nest = (g: GraphBuilder, depth: number): void => {
      visited += 1;
      g.input(`turn${depth}`, 'int64', []);
      const goesOn = g.input(`on${depth}`, 'bool', []);
      const carried = g.input(`value${depth}`, 'float32', [1]);
      let value = g.op('Concat', [carried, carried], { axis: 0 });
      if (depth < 30)
        value = g.op('Loop', [g.constant(scalar('int64', 2)), undefined, value], {
          body: g.subgraph(`body${depth}`, (body) => nest(body, depth + 1)),
        });
      g.output(`still${depth}`, g.op('Identity', [goesOn]));
      g.output(`grown${depth}`, value);
    };
    const g = build();
    const start = g.input('start', 'float32', [1]);
    g.output(
      'y',
      g.op('Loop', [g.constant(scalar('int64', 2)), undefined, start], {
        body: g.subgraph('outer', (body) => nest(body, 0)),
      }),
    );
    const started = performance.now();
    expect(inferShapes(g.build()).graph.outputs[0]?.shape).toBeUndefined();
    expect(visited).toBe(31);
    // Three visits for each level would be 3^31.
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
