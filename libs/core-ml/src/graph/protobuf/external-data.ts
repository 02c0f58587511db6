import { mapTensors } from '../map-tensors.js';
import { ModelFormatError } from '../model-format-error.js';
import type { OnnxModel } from '../model.js';
import { isLocal } from './read-external.js';

/** Offsets are multiples of a page, so that runtimes can map the file (onnx.proto, TensorProto.external_data). */
const PAGE_BYTES = 4096;

/** Gives `length` bytes at `offset` of the file at `location`, a path relative to the model's folder. */
export type ExternalReader = (location: string, offset: number, length: number) => Uint8Array;

export interface ExternalOptions {
  /** File beside the model into which the bytes go; the model keeps the name. */
  readonly location: string;
  /** Constants smaller than this stay in the model. 1024 if not given. */
  readonly minimumBytes?: number;
}

/** Files beside a model in which its constants lie, in the order in which they are met. */
export function externalLocations(model: OnnxModel): readonly string[] {
  const locations = new Set<string>();
  mapTensors(model, (tensor) => {
    if (tensor.content.kind === 'external') locations.add(tensor.content.location);
    return tensor;
  });
  return [...locations];
}

/**
 * The model with the bytes of its external constants in it.
 * @param read gives the bytes, as a view or a copy
 * @throws ModelFormatError where it gives another number of bytes than was asked for
 */
export function withExternalData(model: OnnxModel, read: ExternalReader): OnnxModel {
  return mapTensors(model, (tensor, { name }) => {
    const { content } = tensor;
    if (content.kind !== 'external') return tensor;
    const { location, offset, length } = content;
    const bytes = read(location, offset, length);
    if (bytes.length === length) return { ...tensor, content: { kind: 'bytes', bytes } };
    throw new ModelFormatError(
      `tensor '${name}' needs ${length} bytes at ${offset} of '${location}', where ${bytes.length} are`,
    );
  });
}

/**
 * Takes the large initialisers of a model out into one file.
 * @param write is given the file's bytes piece by piece, from its start on
 * @returns     the model that names their places
 */
export function collectExternalData(
  model: OnnxModel,
  options: ExternalOptions,
  write: (bytes: Uint8Array) => void,
): OnnxModel {
  const { location, minimumBytes = 1024 } = options;
  if (!isLocal(location)) throw new ModelFormatError(`'${location}' is no file beside the model`);
  let end = 0;
  return mapTensors(model, (tensor, place) => {
    const { content } = tensor;
    // Runtimes read external bytes for initialisers only.
    if (place.kind !== 'initialiser' || content.kind !== 'bytes' || content.bytes.length < minimumBytes) return tensor;
    const offset = Math.ceil(end / PAGE_BYTES) * PAGE_BYTES;
    if (offset > end) write(new Uint8Array(offset - end));
    write(content.bytes);
    end = offset + content.bytes.length;
    return { ...tensor, content: { kind: 'external', location, offset, length: content.bytes.length } };
  });
}
