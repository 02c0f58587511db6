import type { NamedType, TensorFlowFormat } from '@lantern/core-ml';
import type { Difference } from './compare/difference.js';

/** What became of a network. */
export interface CompileSourceReport {
  readonly name: string;
  readonly format: TensorFlowFormat;
  /** Absolute paths of what it was made of. */
  readonly sourceFiles: readonly string[];
  /** Description and weights as they were stored, and the compiled file. */
  readonly sizeBytes: { readonly before: number; readonly after: number };
  readonly inputs: readonly NamedType[];
  readonly outputs: readonly NamedType[];
  readonly nParameters: number;
  /** Nodes by operator, the most frequent first. */
  readonly operators: Readonly<Record<string, number>>;
  readonly compileMs: number;
  /** Present on request. */
  readonly latency?: Latency;
  /** Present on request. */
  readonly comparison?: Comparison;
}

/** Medians on one thread each, of one run with inputs as in the comparison. */
export interface Latency {
  readonly afterMs: number;
  /** In TensorFlow.js, in turn with the above; absent where it is not installed. */
  readonly beforeMs?: number;
  readonly rounds: number;
}

export interface Comparison {
  /** What computed the expected values, or why there are none. */
  readonly reference: string;
  /** Of the outputs, in their order; none without a reference. */
  readonly outputs: readonly Difference[];
  /** Of inner tensors, in the order in which they are computed; present on request. */
  readonly layers?: readonly Difference[];
}

/** Largest difference of any output; undefined where nothing was compared. */
export function largestDifference({ comparison }: CompileSourceReport): number | undefined {
  if (comparison === undefined || comparison.outputs.length === 0) return undefined;
  return Math.max(...comparison.outputs.map(({ largest }) => largest));
}

/** The report as lines for a terminal. */
export function reportText(report: CompileSourceReport): string {
  const { name, format, sizeBytes, nParameters, operators, inputs, outputs } = report;
  const nNodes = Object.values(operators).reduce((sum, count) => sum + count, 0);
  return [
    `${name} (${format}): ${nParameters.toLocaleString('en')} parameters, ${nNodes} nodes`,
    ...inputs.map((input) => `  input  ${typeText(input)}`),
    ...outputs.map((output) => `  output ${typeText(output)}`),
    `  size   ${megabytes(sizeBytes.before)} before, ${megabytes(sizeBytes.after)} compiled, in ${Math.round(report.compileMs)} ms`,
    ...latencyLines(report.latency),
    ...comparisonLines(report.comparison),
  ].join('\n');
}

const typeText = ({ name, elementType, shape }: NamedType) =>
  `${name}: ${elementType} [${shape?.map((length) => length ?? '?').join(', ') ?? 'any shape'}]`;

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function latencyLines(latency: Latency | undefined): string[] {
  if (latency === undefined) return [];
  const { beforeMs, afterMs, rounds } = latency;
  const before = beforeMs === undefined ? '' : `${beforeMs.toFixed(1)} ms before, `;
  const gain = beforeMs === undefined ? '' : `, ${(beforeMs / afterMs).toFixed(1)} times as fast`;
  return [`  speed  ${before}${afterMs.toFixed(1)} ms compiled${gain} (median of ${rounds}, one thread)`];
}

function comparisonLines(comparison: Comparison | undefined): string[] {
  if (comparison === undefined) return [];
  const { reference, outputs, layers } = comparison;
  if (outputs.length === 0) return [`  not compared: ${reference}`];
  return [
    `  compared with ${reference}; largest difference:`,
    ...outputs.map((difference) => `    ${differenceText(difference)}`),
    ...layerLines(layers),
  ];
}

function layerLines(layers: readonly Difference[] | undefined): string[] {
  if (layers === undefined) return [];
  if (layers.length === 0) return ['  layer by layer: that reference gives no inner tensors'];
  return ['  layer by layer:', ...layers.map((layer) => `    ${differenceText(layer)}`)];
}

const differenceText = ({ name, dims, largest, magnitude }: Difference) =>
  `${largest.toExponential(1)} of ${magnitude.toPrecision(3)}  ${name} [${dims.join(', ')}]`;
