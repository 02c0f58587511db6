import { checkModel } from '../check.js';
import { ModelFormatError } from '../model-format-error.js';
import type { Graph, ModelFunction, OnnxModel } from '../model.js';
import { modelFields } from './fields.js';
import { addOpset, readFunction } from './read-function.js';
import { readGraph } from './read-graph.js';
import { readEntry } from './read-tensor.js';
import { WireReader } from './wire-reader.js';

const MAX_STRUCTURE_BYTES = 2 ** 29;

/** Real models of little but structure take up to 13 times their own bytes; hostile ones would take a hundred times. */
const STRUCTURE_PER_BYTE = 16;

export interface ReadOptions {
  /**
   * Memory in bytes, as estimated, that nodes, names and numbers may take; weights do not count. If not given, 16 MiB and
   * 16 bytes for each byte of the file, at most 512 MiB.
   */
  readonly structureBytes?: number;
}

/**
 * Reads an ONNX file. Nothing in it is trusted: whatever the bytes are, the answer is a model whose graphs are in order
 * and name only values that exist, or an error. Weights stay views of `bytes`, which must not change afterwards.
 *
 * Left out: documentation texts, training information, quantisation annotations, types of values that are no tensors
 * between nodes, metadata of anything but the model. Refused: sparse tensors, inputs and outputs that are no tensors,
 * tensors in segments, overloaded functions, text that is not UTF-8.
 * @throws ModelFormatError with the byte where reading stopped, or without it where a rule of the whole graph is broken
 */
export function readModel(bytes: Uint8Array, options: ReadOptions = {}): OnnxModel {
  if (bytes.length === 0) throw new ModelFormatError('there are no bytes', 0);
  const allowance = Math.min(MAX_STRUCTURE_BYTES, 2 ** 24 + STRUCTURE_PER_BYTE * bytes.length);
  const budget = { structureBytes: options.structureBytes ?? allowance };
  // A plain array even where a Buffer came, so that views of it are plain, too.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return checkModel(decodeModel(new WireReader(plain, 0, plain.length, budget, 'model')));
}

function decodeModel(reader: WireReader): OnnxModel {
  let irVersion = 0;
  let producerName = '';
  let producerVersion = '';
  let graph: Graph | undefined;
  const opsets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const functions: ModelFunction[] = [];
  while (reader.next()) {
    switch (reader.field) {
      case modelFields.irVersion:
        irVersion = reader.integer();
        break;
      case modelFields.producerName:
        producerName = reader.string();
        break;
      case modelFields.producerVersion:
        producerVersion = reader.string();
        break;
      case modelFields.graph:
        if (graph !== undefined) reader.fail('there is more than one graph');
        graph = readGraph(reader.message('graph'));
        break;
      case modelFields.opset:
        addOpset(reader.message('operator set', opsets.size), opsets);
        break;
      case modelFields.metadata:
        readEntry(reader.message('metadata', metadata.size), metadata);
        break;
      case modelFields.function:
        functions.push(readFunction(reader.message('function', functions.length)));
        break;
      default:
        reader.skip();
    }
  }
  if (irVersion < 1) reader.fail('no IR version is stated: is this an ONNX file?');
  if (graph === undefined) reader.fail('there is no graph');
  // Before IR version 3 there was one operator set only, in its first version.
  if (opsets.size === 0 && irVersion < 3) opsets.set('', 1);
  const model = { irVersion, opsets, producerName, producerVersion, metadata, graph };
  return functions.length === 0 ? model : { ...model, functions };
}
