import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { compileSource, reportText } from '@lantern/models';

interface CompileOptions {
  readonly entry?: string;
  readonly out?: string;
  readonly measure?: boolean;
  readonly layers?: boolean;
  readonly half?: boolean;
  readonly json?: boolean;
}

/** `lantern models compile FOLDER|FILE|PACKAGE`: a network of TensorFlow.js in, a portable ONNX file and a report out. */
export async function compileNetwork(source: string, options: CompileOptions): Promise<number> {
  const { entry, out, measure = false, layers = false, half = false, json = false } = options;
  const say = (text: string) => process.stderr.isTTY && process.stderr.write(`\r${text.padEnd(40)}`);
  const { model, report } = await compileSource(source, {
    ...(entry !== undefined && { entry }),
    compare: layers ? 'layers' : 'outputs',
    measure,
    ...(half && { weights: 'float16' as const }),
    onProgress: ({ stage, done, total }) => say(total > 1 ? `${stage} ${done} of ${total}` : stage),
  }).finally(() => say('\r'));
  const path = resolve(out ?? `${report.name}.onnx`);
  await writeFile(path, model);
  console.log(json ? JSON.stringify({ path, ...report }, undefined, 2) : `${reportText(report)}\n  written to ${path}`);
  return 0;
}
