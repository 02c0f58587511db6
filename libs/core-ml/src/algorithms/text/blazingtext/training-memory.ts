import { Buffer } from 'node:buffer';
import { TrainingDataError } from '../../../algorithm.js';
import { SGD_KERNEL } from './sgd-kernel.wasm.js';
import type { Weights } from './sgd.js';

/** A shared WebAssembly.Memory; TypeScript declares WebAssembly only for browsers. */
export interface SharedWasmMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** The functions of assembly/sgd.ts; pointers are byte offsets into the memory. */
export interface SgdKernel {
  sumRows(rows: number, count: number, input: number, dim: number, hidden: number): void;
  addToRows(rows: number, count: number, input: number, dim: number, gradient: number): void;
  scale(vector: number, dim: number, factor: number): void;
  dot(row: number, dim: number, hidden: number): number;
  scoreRows(output: number, count: number, dim: number, hidden: number, scores: number): void;
  updateRow(row: number, dim: number, step: number, hidden: number, gradient: number): void;
  updateRows(output: number, count: number, dim: number, steps: number, hidden: number, gradient: number): void;
}

interface WebAssemblyNamespace {
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedWasmMemory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

// Node has it; see SharedWasmMemory.
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyNamespace };

const PAGE = 65_536;
const MOST_PAGES = 65_536;
/** Room for what the threads work in. */
const SPARE_PAGES = 4096;

/** Weights in memory that threads and the kernel share. */
export interface TrainingMemory {
  readonly memory: SharedWasmMemory;
  readonly weights: Weights;
  readonly inputPointer: number;
  readonly outputPointer: number;
}

/**
 * Room for an input and an output matrix, all zero.
 * @throws TrainingDataError if they need more than WebAssembly's 4 GiB.
 */
export function trainingMemory(inputRows: number, outputRows: number, dim: number): TrainingMemory {
  // The first page is left to the compiler.
  const inputPointer = PAGE;
  const outputPointer = inputPointer + aligned(inputRows * dim * 4);
  const pages = Math.ceil((outputPointer + aligned(outputRows * dim * 4)) / PAGE);
  if (pages + SPARE_PAGES > MOST_PAGES) {
    throw new TrainingDataError(`${inputRows} features of ${dim} numbers need more than 4 GiB; use fewer buckets.`);
  }
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages + SPARE_PAGES, shared: true });
  const input = new Float32Array(memory.buffer, inputPointer, inputRows * dim);
  const output = new Float32Array(memory.buffer, outputPointer, outputRows * dim);
  return { memory, weights: { dim, input, output }, inputPointer, outputPointer };
}

/** What one thread works in: vectors, scores and the rows of one line. */
export interface Scratch {
  readonly hidden: number;
  readonly gradient: number;
  readonly scores: number;
  readonly rows: number;
  readonly mostRows: number;
}

/** Adds room for the threads to the memory. */
export function scratchFor(memory: TrainingMemory, threads: number, outputRows: number, mostRows: number): Scratch[] {
  const vector = aligned(memory.weights.dim * 4);
  const size = 2 * vector + aligned(outputRows * 4) + aligned(mostRows * 4);
  const pages = Math.ceil((size * threads) / PAGE);
  if (pages > SPARE_PAGES) throw new TrainingDataError(`A line has ${mostRows} features, which is too many.`);
  const start = memory.memory.grow(pages) * PAGE;
  return Array.from({ length: threads }, (_, thread) => {
    const hidden = start + thread * size;
    const scores = hidden + 2 * vector;
    return { hidden, gradient: hidden + vector, scores, rows: scores + aligned(outputRows * 4), mostRows };
  });
}

/** The kernel, working on a memory. */
export function sgdKernel(memory: SharedWasmMemory): SgdKernel {
  const module = new WebAssembly.Module(Buffer.from(SGD_KERNEL, 'base64'));
  // The exports are those of assembly/sgd.ts, from which the module is built.
  return new WebAssembly.Instance(module, { env: { memory } }).exports as SgdKernel;
}

/** Sizes are multiples of 64 bytes, so that threads do not share cache lines. */
const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;
