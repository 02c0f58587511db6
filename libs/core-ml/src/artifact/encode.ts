import { ArtifactError, type Artifact, type Tensor } from './artifact.js';

/** First eight bytes of every artifact file. */
export const MAGIC = 'LANTERN\u0001';

/** Tensors begin at multiples of this many bytes, so that they can be read in place. */
export const ALIGNMENT = 8;

export type DType = 'f32' | 'f64' | 'i32' | 'u32' | 'u16' | 'u8';

/** How one tensor is announced in the header. */
export interface TensorHeader {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Bytes from the end of the header's padding. */
  readonly offset: number;
}

/** The next multiple of the alignment. */
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

function dtypeOf(data: Tensor['data']): DType {
  if (data instanceof Float32Array) return 'f32';
  if (data instanceof Float64Array) return 'f64';
  if (data instanceof Int32Array) return 'i32';
  if (data instanceof Uint32Array) return 'u32';
  return data instanceof Uint16Array ? 'u16' : 'u8';
}

/**
 * Writes an artifact: magic, header length (u32), header (JSON), then the tensors, all little-endian.
 * The same artifact gives the same bytes.
 */
export function encodeArtifact(artifact: Artifact): Uint8Array {
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) throw new ArtifactError('This machine is big-endian.');
  const tensors: TensorHeader[] = [];
  let offset = 0;
  for (const [name, { shape, data }] of artifact.tensors) {
    if (shape.reduce((product, size) => product * size, 1) !== data.length) {
      throw new ArtifactError(`The tensor ${name} has ${data.length} elements, not ${shape.join('×')}.`);
    }
    tensors.push({ name, dtype: dtypeOf(data), shape, offset });
    offset = aligned(offset + data.byteLength);
  }
  const { format, algorithm, hyperparameters, writer, attributes } = artifact;
  const header = new TextEncoder().encode(
    JSON.stringify({ format, algorithm, hyperparameters, writer, attributes, tensors }),
  );
  const start = aligned(MAGIC.length + 4 + header.length);
  const bytes = new Uint8Array(start + offset);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, header.length, true);
  bytes.set(header, MAGIC.length + 4);
  let index = 0;
  for (const { data } of artifact.tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + tensors[index++]!.offset);
  }
  return bytes;
}
