import { describeModel, type ModelDescription } from '../graph/describe.js';
import type { OnnxModel, TensorData } from '../graph/model.js';
import { constantFold, foldBatchNorm, removeIdentity, toFloat16Storage } from '../graph/transform/index.js';
import { NhwcEmitter, type EmitterOptions } from './emit/index.js';
import { SourceModelError } from './errors.js';
import { compileFaceApi } from './face-api/compile-face-api.js';
import { isRecord } from './graph-model/attributes.js';
import { compileGraphModel, graphModelOperators } from './graph-model/compile-graph-model.js';
import { isGraphModel } from './graph-model/topology.js';
import { compileLayersModel } from './layers-model/compile-layers-model.js';

/** What a TensorFlow.js model consists of, once its files are read. */
export interface TensorFlowArtifacts {
  /** The parsed model.json of a graph model or layers model, or a face-api weights manifest (a list). */
  readonly description: unknown;
  /** By the names of the manifest: see `readWeights`. */
  readonly weights: ReadonlyMap<string, TensorData>;
}

export interface CompileOptions extends EmitterOptions {
  /**
   * Inner tensors that become outputs, too, under their TensorFlow names and after the network's own outputs: a graph
   * model's nodes or a layers model's layers. 'all' takes every one.
   */
  readonly alsoOutput?: readonly string[] | 'all';
  /**
   * How weights lie in the file. Halves take half the space, at the same speed; they are exact where the source stores
   * halves and nothing was folded into them, else rounded to 11 bits. @default 'float32'
   */
  readonly weightStorage?: 'float32' | 'float16';
  /** Written into the model's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export type TensorFlowFormat = 'graph-model' | 'layers-model' | 'face-api';

export interface CompileReport {
  readonly format: TensorFlowFormat;
  /** How often each TensorFlow operator occurs; only graph models say. */
  readonly sourceOperators: ReadonlyMap<string, number>;
  /** Elements and bytes of the weights as they were given, after their quantisation was undone. */
  readonly sourceParameters: { readonly count: number; readonly bytes: number };
  /** Of the model that was made. */
  readonly model: ModelDescription;
  /** Nodes that only change the order of axes. */
  readonly nTransposes: number;
}

/**
 * Compiles a TensorFlow.js model to ONNX. Inputs and outputs keep TensorFlow's names and order of axes unless the
 * options say otherwise; inside, images lie channels first.
 *
 * @throws SourceModelError where the model contradicts itself
 * @throws UnsupportedNetworkError naming everything that cannot be expressed
 */
export function compileTensorFlow(
  { description, weights }: TensorFlowArtifacts,
  { alsoOutput = [], weightStorage = 'float32', metadata = {}, ...layouts }: CompileOptions = {},
): { model: OnnxModel; report: CompileReport } {
  const emitter = new NhwcEmitter(layouts);
  const format = formatOf(description);
  emitNetwork(format, description, weights, emitter);
  const marked = alsoOutput === 'all' ? emitter.markedNames() : alsoOutput;
  for (const name of marked) {
    const tensor = emitter.marked(name);
    if (tensor === undefined) throw new SourceModelError(`the network computes no tensor '${name}'`);
    if (!emitter.hasInput(name) && !emitter.hasOutput(name)) emitter.output(name, tensor);
  }
  const folded = foldBatchNorm(constantFold(removeIdentity(emitter.build(metadata))));
  const model = weightStorage === 'float16' ? toFloat16Storage(folded) : folded;
  return { model, report: reportOf(format, description, weights, model) };
}

function formatOf(description: unknown): TensorFlowFormat {
  if (Array.isArray(description)) return 'face-api';
  if (isGraphModel(description)) return 'graph-model';
  if (isRecord(description) && isRecord(description['modelTopology'])) return 'layers-model';
  throw new SourceModelError('this is neither a TensorFlow.js model.json nor a weights manifest');
}

function emitNetwork(
  format: TensorFlowFormat,
  description: unknown,
  weights: ReadonlyMap<string, TensorData>,
  emitter: NhwcEmitter,
): void {
  switch (format) {
    case 'graph-model':
      return compileGraphModel(description, weights, emitter);
    case 'layers-model':
      return compileLayersModel(isRecord(description) ? description['modelTopology'] : undefined, weights, emitter);
    case 'face-api':
      return compileFaceApi(weights, emitter);
  }
}

function reportOf(
  format: TensorFlowFormat,
  description: unknown,
  weights: ReadonlyMap<string, TensorData>,
  model: OnnxModel,
): CompileReport {
  const described = describeModel(model);
  const contents = [...weights.values()];
  return {
    format,
    sourceOperators: format === 'graph-model' ? graphModelOperators(description) : new Map(),
    sourceParameters: {
      count: contents.reduce((sum, { dims }) => sum + dims.reduce((product, length) => product * length, 1), 0),
      bytes: contents.reduce((sum, { content }) => sum + (content.kind === 'bytes' ? content.bytes.length : 0), 0),
    },
    model: described,
    nTransposes: described.operators.get('Transpose') ?? 0,
  };
}
