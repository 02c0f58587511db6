import type { FeatureSettings } from './features.js';

/** What a model file holds; `readLanguageModel(writeLanguageModel(x))` is x. */
export interface LanguageModel extends FeatureSettings {
  /** [class] */
  readonly languages: readonly string[];
  readonly dim: number;
  /** Dimensions that one code of the product quantiser covers; divides dim. */
  readonly subDim: number;
  /** A feature's hash is cut to so many bits, its cell. */
  readonly cellBits: number;
  /** Divides the logits, so that probabilities on held-out text are as good as they say. */
  readonly temperature: number;
  /** [feature], rising cells of the features that were kept */
  readonly cells: Int32Array;
  /** [feature, dim / subDim] */
  readonly codes: Uint8Array;
  /** [dim / subDim, 256, subDim] */
  readonly centroids: Float32Array;
  /** [class, dim] */
  readonly output: Float32Array;
  /** [class] */
  readonly bias: Float32Array;
}

const MAGIC = 0x44494c4c; // "LLID"
const FORMAT = 'language-id/1';

/** Writes: "LLID", the header's length, a JSON header, then the tensors, little-endian. Cells are gaps of 7 bits a byte. */
export function writeLanguageModel(model: LanguageModel): Uint8Array {
  const { cells, codes, centroids, output, bias, ...settings } = model;
  const parts = [writeGaps(cells), codes, bytesOf(centroids), bytesOf(output), bytesOf(bias)];
  const header = { format: FORMAT, algorithm: 'blazingtext-supervised', ...settings, lengths: parts.map((p) => p.length) };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + parts.reduce((sum, part) => sum + part.length, 0));
  const view = new DataView(file.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, json.length, true);
  file.set(json, 8);
  let at = 8 + json.length;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** @throws Error for bytes that are no language model of a format known here, or are cut off */
export function readLanguageModel(file: Uint8Array): LanguageModel {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 8 || view.getUint32(0, true) !== MAGIC) throw new Error('not a language-id model file');
  const jsonEnd = 8 + view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, jsonEnd))) as Header;
  if (header.format !== FORMAT) throw new Error(`language-id model of unknown format "${header.format}"`);
  if (jsonEnd + header.lengths.reduce((sum, length) => sum + length, 0) !== file.length)
    throw new Error('language-id model file is cut off');
  let at = jsonEnd;
  const [gaps, codes, centroids, output, bias] = header.lengths.map((length) => file.slice(at, (at += length)));
  if (!gaps || !codes || !centroids || !output || !bias) throw new Error('language-id model file lacks a tensor');
  const { languages, dim, subDim, cellBits, temperature, maxGram, maxWordUnits } = header;
  const settings = { languages, dim, subDim, cellBits, temperature, maxGram, maxWordUnits };
  return {
    ...settings,
    cells: readGaps(gaps, (codes.length * subDim) / dim),
    codes,
    centroids: floatsOf(centroids),
    output: floatsOf(output),
    bias: floatsOf(bias),
  };
}

interface Header extends Omit<LanguageModel, 'cells' | 'codes' | 'centroids' | 'output' | 'bias'> {
  readonly format: string;
  readonly lengths: readonly number[];
}

function writeGaps(cells: Int32Array): Uint8Array {
  const bytes: number[] = [];
  let previous = 0;
  for (const cell of cells) {
    let gap = cell - previous;
    previous = cell;
    while (gap > 127) {
      bytes.push((gap & 127) | 128);
      gap >>>= 7;
    }
    bytes.push(gap);
  }
  return Uint8Array.from(bytes);
}

function readGaps(bytes: Uint8Array, count: number): Int32Array {
  const cells = new Int32Array(count);
  let at = 0;
  let cell = 0;
  for (let i = 0; i < count; i++) {
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('language-id model file: fewer cells than codes');
      cell += (byte & 127) << shift;
      if (byte < 128) break;
    }
    cells[i] = cell;
  }
  return cells;
}

/** Little-endian whatever the machine. */
function bytesOf(floats: Float32Array): Uint8Array {
  const bytes = new Uint8Array(floats.length * 4);
  const view = new DataView(bytes.buffer);
  floats.forEach((value, i) => view.setFloat32(i * 4, value, true));
  return bytes;
}

function floatsOf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}
