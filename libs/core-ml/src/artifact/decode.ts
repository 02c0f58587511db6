import { ArtifactError, type Artifact, type Plain, type Tensor } from './artifact.js';
import { aligned, MAGIC, type DType } from './encode.js';

const MAX_HEADER_BYTES = 64 * 1024 * 1024;
const SIZES: Readonly<Record<DType, number>> = { f32: 4, f64: 8, i32: 4, u32: 4, u16: 2, u8: 1 };

/**
 * Reads an artifact. Nothing in the bytes is trusted: no size is believed before it has been compared with the bytes
 * that are there, and no code is run.
 * @throws ArtifactError for anything else than a well-formed artifact.
 */
export function decodeArtifact(bytes: Uint8Array): Artifact {
  if (bytes.length < MAGIC.length + 4 || MAGIC !== String.fromCharCode(...bytes.subarray(0, MAGIC.length))) {
    throw new ArtifactError('These bytes are not a Lantern artifact.');
  }
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(MAGIC.length, true);
  const start = aligned(MAGIC.length + 4 + headerLength);
  if (headerLength > MAX_HEADER_BYTES || start > bytes.length) throw new ArtifactError('The header is cut off.');
  const header = readHeader(bytes.subarray(MAGIC.length + 4, MAGIC.length + 4 + headerLength));
  const tensors = new Map<string, Tensor>();
  for (const entry of asArray(header['tensors'], 'tensors')) {
    const [name, tensor] = readTensor(entry, bytes.subarray(start));
    if (tensors.has(name)) throw new ArtifactError(`The tensor ${name} is there twice.`);
    tensors.set(name, tensor);
  }
  return {
    format: asString(header['format'], 'format'),
    algorithm: asString(header['algorithm'], 'algorithm'),
    writer: asString(header['writer'], 'writer'),
    hyperparameters: readScalars(header['hyperparameters']),
    attributes: asObject(header['attributes'], 'attributes'),
    tensors,
  };
}

function readHeader(bytes: Uint8Array): Readonly<Record<string, Plain>> {
  try {
    // JSON gives plain values only; each is checked before use.
    return asObject(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Plain, 'header');
  } catch (error) {
    if (error instanceof ArtifactError) throw error;
    throw new ArtifactError('The header is not JSON.', { cause: error });
  }
}

function readTensor(entry: Plain, body: Uint8Array): [string, Tensor] {
  const fields = asObject(entry, 'tensor');
  const name = asString(fields['name'], 'tensor name');
  const shape = asArray(fields['shape'], 'shape').map((size) => asCount(size, `shape of ${name}`));
  const dtype = asString(fields['dtype'], 'dtype');
  const offset = asCount(fields['offset'], `offset of ${name}`);
  if (!isDType(dtype)) throw new ArtifactError(`The dtype ${dtype} is unknown.`);
  const length = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(length) || offset + length * SIZES[dtype] > body.length) {
    throw new ArtifactError(`The tensor ${name} is larger than the file.`);
  }
  // A copy is aligned whatever the offset of the caller's bytes, and does not change when they do.
  const { buffer } = new Uint8Array(body.subarray(offset, offset + length * SIZES[dtype]));
  return [name, { shape, data: view(dtype, buffer) }];
}

function view(dtype: DType, buffer: ArrayBuffer): Tensor['data'] {
  switch (dtype) {
    case 'f32':
      return new Float32Array(buffer);
    case 'f64':
      return new Float64Array(buffer);
    case 'i32':
      return new Int32Array(buffer);
    case 'u32':
      return new Uint32Array(buffer);
    case 'u16':
      return new Uint16Array(buffer);
    case 'u8':
      return new Uint8Array(buffer);
  }
}

const isDType = (name: string): name is DType => Object.hasOwn(SIZES, name);

function readScalars(value: Plain | undefined): Record<string, string | number | boolean> {
  const scalars: Record<string, string | number | boolean> = {};
  for (const [name, scalar] of Object.entries(asObject(value, 'hyperparameters'))) {
    if (typeof scalar !== 'string' && typeof scalar !== 'number' && typeof scalar !== 'boolean') {
      throw new ArtifactError(`The hyperparameter ${name} is not a plain value.`);
    }
    scalars[name] = scalar;
  }
  return scalars;
}

function asString(value: Plain | undefined, what: string): string {
  if (typeof value !== 'string') throw new ArtifactError(`The ${what} is not text.`);
  return value;
}

function asCount(value: Plain | undefined, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new ArtifactError(`The ${what} is not a count.`);
  }
  return value;
}

function asArray(value: Plain | undefined, what: string): readonly Plain[] {
  if (!Array.isArray(value)) throw new ArtifactError(`The ${what} is not a list.`);
  // Array.isArray does not narrow a readonly array.
  return value as readonly Plain[];
}

function asObject(value: Plain | undefined, what: string): Readonly<Record<string, Plain>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ArtifactError(`The ${what} is not an object.`);
  }
  // The cases above leave only an object.
  return value as Readonly<Record<string, Plain>>;
}
