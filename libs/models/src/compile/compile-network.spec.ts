import { describe, expect, it } from 'vitest';
import { compileNetwork } from './compile-network.js';
import { largestDifference, reportText } from './report.js';
import { findNetwork } from './sources/find-networks.js';
import { readNetwork } from './sources/read-network.js';

const read = async (source: string, entry: string) => readNetwork(await findNetwork(source, entry));

describe('compileNetwork', () => {
  it('keeps weights in half precision on request, at a small loss', async () => {
    const network = await read('@vladmandic/face-api', 'face_landmark_68_tiny_model');
    const whole = await compileNetwork(network, { compare: 'outputs' }, () => {});
    const half = await compileNetwork(network, { compare: 'outputs', weights: 'float16' }, () => {});
    expect(half.model.length / whole.model.length).toBeLessThan(0.6);
    expect(largestDifference(whole.report)).toBeLessThan(1e-6);
    expect(largestDifference(half.report)).toBeGreaterThan(largestDifference(whole.report)!);
    expect(largestDifference(half.report)).toBeLessThan(1e-3);
  });

  it('compares inner tensors by name, in the order in which they are computed', async () => {
    const network = await read('@vladmandic/human', 'liveness');
    const { report } = await compileNetwork(network, { compare: 'layers' }, () => {});
    const layers = report.comparison?.layers ?? [];
    expect(layers.length).toBeGreaterThan(10);
    // TensorFlow calls the node behind the output so.
    expect(layers.at(-1)!.name).toBe('Identity');
    expect(Math.max(...layers.map(({ largest }) => largest))).toBeLessThan(1e-4);
    expect(reportText(report)).toContain('  layer by layer:\n');
  });

  it('says so where a reference gives no inner tensors', async () => {
    const network = await read('@vladmandic/face-api', 'face_landmark_68_tiny_model');
    const { report } = await compileNetwork(network, { compare: 'layers' }, () => {});
    expect(reportText(report)).toContain('that reference gives no inner tensors');
  });
});
