import { float32, GraphBuilder, Rng, writeModel, type Value } from '@lantern/core-ml';

/**
 * Rows of the body (Sandler et al. 2018, MobileNetV2, table 2): expansion of the channels inside a block, its channels outside,
 * number of blocks, stride of the first of them.
 */
const body = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;
const lastChannels = 1_280;
const nClasses = 1_000;

/**
 * MobileNetV2 with random weights, `x` [batch, 3, side, side] to `probabilities` [batch, 1000], as an ONNX file.
 * @param width factor of all channels, as the paper has it: 0.5 (2.0 million weights), 1.0 (3.5 million)
 * @param sidePx 96 to 224, a multiple of 32
 */
export function mobileNetV2(width: number, sidePx: number): Uint8Array {
  const g = new GraphBuilder({ opset: 17 });
  const rng = new Rng(7);
  const weights = (dims: readonly number[], nInputs: number) => {
    const deviation = Math.sqrt(2 / nInputs);
    const length = dims.reduce((product, size) => product * size, 1);
    return g.constant(float32(dims, Float32Array.from({ length }, () => deviation * rng.normal())));
  };
  const [zero, six] = [g.constant(float32([], Float32Array.of(0))), g.constant(float32([], Float32Array.of(6)))];
  const relu6 = (x: Value) => g.op('Clip', [x, zero, six]);
  const conv = (x: Value, nIn: number, nOut: number, size: number, stride: number, group: number): Value => {
    const perGroup = nIn / group;
    const filter = weights([nOut, perGroup, size, size], perGroup * size * size);
    const pad = (size - 1) / 2;
    const attributes = { strides: [stride, stride], pads: [pad, pad, pad, pad], group };
    return g.op('Conv', [x, filter, weights([nOut], 1e4)], attributes);
  };
  let channels = scaled(32, width);
  let x = relu6(conv(g.input('x', 'float32', ['batch', 3, sidePx, sidePx]), 3, channels, 3, 2, 1));
  for (const [expansion, nFull, nBlocks, firstStride] of body) {
    const nOut = scaled(nFull, width);
    for (let block = 0; block < nBlocks; block++) {
      const inner = channels * expansion;
      let y = expansion === 1 ? x : relu6(conv(x, channels, inner, 1, 1, 1));
      y = relu6(conv(y, inner, inner, 3, block === 0 ? firstStride : 1, inner));
      y = conv(y, inner, nOut, 1, 1, 1);
      x = block === 0 ? y : g.op('Add', [x, y]);
      channels = nOut;
    }
  }
  x = relu6(conv(x, channels, lastChannels, 1, 1, 1));
  const pooled = g.op('Flatten', [g.op('GlobalAveragePool', [x])]);
  const logits = g.op('Gemm', [pooled, weights([nClasses, lastChannels], lastChannels), weights([nClasses], 1e4)], {
    transB: 1,
  });
  g.output('probabilities', g.op('Softmax', [logits], { axis: 1 }));
  return writeModel(g.build());
}

/** Channels at a width: to the nearest multiple of eight, and not less than nine tenths of the product. */
function scaled(channels: number, width: number): number {
  const product = channels * width;
  const rounded = Math.max(8, 8 * Math.floor((product + 4) / 8));
  return rounded < 0.9 * product ? rounded + 8 : rounded;
}
