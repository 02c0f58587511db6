import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { expose } from './edit/index.js';
import { inferShapes } from './infer-shapes.js';
import type { OnnxModel } from './model.js';
import { readModel, writeModel } from './protobuf/index.js';
import { feedsOf, networkFiles } from './real-models.fixture.js';
import { runModel } from './run-model.fixture.js';

const datasets = process.env['LANTERN_DATASETS'];
const files = networkFiles(datasets);

if (datasets === undefined) console.log('vision networks skipped: no LANTERN_DATASETS');

/** Every value between nodes as an output under its own name with a mark. */
function observed(model: OnnxModel, names: readonly string[]): OnnxModel {
  return expose(
    model,
    names.map((name) => ({ name: `seen ${name}`, from: { value: name } })),
  );
}

it.each(files.map((file) => [basename(file), file]))(
  'every shape inferred for %s is the one computed',
  async (_, file) => {
    const model = readModel(readFileSync(file));
    const feeds = feedsOf(model);
    const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { dims }]) => [name, dims]));
    const inferred = inferShapes(model, { inputs });
    const names = [...inferred.graph.values.keys()];
    const results = await runModel(writeModel(observed(inferred, names)), feeds);
    const said = [
      ...inferred.graph.outputs.map(({ name, shape }) => ({ name, shape, seen: name })),
      ...names.map((name) => ({ name, shape: inferred.graph.values.get(name)?.shape, seen: `seen ${name}` })),
    ];
    const wrong = said.filter(({ shape, seen }) => {
      const dims = results[seen]!.dims;
      return (
        shape !== undefined &&
        (shape.length !== dims.length ||
          shape.some((length, axis) => typeof length === 'number' && length !== dims[axis]))
      );
    });
    const open = said.filter(({ shape }) => shape?.every((length) => typeof length === 'number') !== true);
    console.log(
      `${basename(file)}: ${said.length} values, ${open.length} of them with a length that only the run tells`,
    );
    expect(wrong).toEqual([]);
    expect(said.length).toBeGreaterThan(0);
  },
);
