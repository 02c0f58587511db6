import type { GraphNode, OnnxModel } from '../../model.js';
import { float32, scalar, tensor } from '../../tensor/create.js';
import type { ValueRange } from './histogram.js';
import type { LayerOptions, WeightedLayer } from './layers.js';
import { planStatic, type StaticPlan } from './static-plan.js';
import { quantiseWeights, type WeightFormat } from './weights.js';
import { Workshop } from './workshop.js';

/** First version of the operator set with scales per channel. */
const firstOpset = 13;

export interface QuantizeStaticOptions extends LayerOptions {
  /**
   * How weights are stored. On x86 processors without VNNI, products of uint8 data and int8 weights are added in 16 bits,
   * where large sums are cut off unless the weights have 7 bits only; uint8 weights are added in 32 bits everywhere.
   * @default int8, 8 bits
   */
  readonly format?: WeightFormat;
}

/**
 * Stores the weights of convolutions and matrix products as 8-bit integers, one scale per output channel, and rounds what
 * goes into and comes out of them to 8 bits by ranges that were measured before (`calibrate`). Written as QuantizeLinear
 * and DequantizeLinear around the layers, which the runtime turns into integer kernels where it has them. Fold constants
 * and batch normalisation before.
 * @param ranges as `calibrate` gives them, with the same options; layers without ranges stay as they are
 * @throws RangeError when the model's operator set is before version 13
 */
export function quantizeStatic(
  model: OnnxModel,
  ranges: ReadonlyMap<string, ValueRange>,
  options: QuantizeStaticOptions = {},
): OnnxModel {
  const opset = model.opsets.get('') ?? 1;
  if (opset < firstOpset)
    throw new RangeError(`Quantising by channel needs operator set ${firstOpset}; the model has ${opset}.`);
  return new StaticQuantiser(new Workshop(model), planStatic(model, options), ranges, options).run(model);
}

interface Grid {
  readonly scale: number;
  /** Name of the constant that holds it. */
  readonly scaleName: string;
  readonly zeroPointName: string;
}

class StaticQuantiser {
  private readonly format: WeightFormat;
  private readonly rounded = new Map<string, string>();

  constructor(
    private readonly shop: Workshop,
    private readonly plan: StaticPlan,
    private readonly ranges: ReadonlyMap<string, ValueRange>,
    options: QuantizeStaticOptions,
  ) {
    this.format = options.format ?? { elementType: 'int8', bits: 8 };
  }

  run(model: OnnxModel): OnnxModel {
    const outer = new Set(model.graph.nodes.map(({ outputs }) => outputs[0]));
    const layers = new Map([...this.plan.layers.values()].map((layer) => [layer.node.outputs[0], layer]));
    return this.shop.finish((node) => {
      // Nodes of inner graphs are not in the plan.
      if (!outer.has(node.outputs[0])) return [node];
      const layer = layers.get(node.outputs[0]);
      const [before, changed] = layer === undefined ? [[], node] : this.integerLayer(layer);
      const [result, after] = this.roundedOutput(changed);
      return [...before, result, ...after];
    });
  }

  /** Which multiples a value is rounded to: uint8, with 0 exactly on the grid. */
  private gridOf(value: string): Grid | undefined {
    const range = this.ranges.get(value);
    if (range === undefined) return undefined;
    const [least, most] = [Math.min(range.least, 0), Math.max(range.most, 0)];
    const scale = Math.fround(most === least ? 1 : (most - least) / 255);
    const zeroPoint = Math.min(Math.max(Math.round(-least / scale), 0), 255);
    return {
      scale,
      scaleName: this.shop.constant(`scale_${scale}`, () => scalar('float32', scale)),
      zeroPointName: this.shop.constant(`zero_point_${zeroPoint}`, () => scalar('uint8', zeroPoint)),
    };
  }

  /** The nodes that round `from` and give it as a real number again under the name `to`. */
  private roundTrip(from: string, to: string, { scaleName, zeroPointName }: Grid): readonly GraphNode[] {
    const integers = this.shop.fresh(`${to}_integers`);
    return [
      this.shop.node('QuantizeLinear', [from, scaleName, zeroPointName], integers),
      this.shop.node('DequantizeLinear', [integers, scaleName, zeroPointName], to),
    ];
  }

  private roundedOutput(node: GraphNode): [GraphNode, readonly GraphNode[]] {
    const output = node.outputs[0] ?? '';
    const grid = this.plan.produced.has(output) ? this.gridOf(output) : undefined;
    if (grid === undefined) return [node, []];
    const real = this.shop.fresh(`${output}_real`);
    return [{ ...node, outputs: [real, ...node.outputs.slice(1)] }, this.roundTrip(real, output, grid)];
  }

  private integerLayer(layer: WeightedLayer): [readonly GraphNode[], GraphNode] {
    const { node, data, name, axis } = layer;
    const grid = this.gridOf(data);
    const weights = grid === undefined ? undefined : quantiseWeights(layer.weights, axis, this.format);
    if (grid === undefined || weights === undefined) return [[], node];
    const { shop } = this;
    const [rounding, input] = this.roundedInput(data, grid);
    const key = `${name}_${axis}`;
    const real = shop.fresh(`${key}_real`);
    const scales = shop.constant(`${key}_scales`, () => float32([weights.scales.length], weights.scales));
    const zeros = shop.constant(`${key}_zero_points`, () =>
      tensor(
        this.format.elementType,
        [weights.scales.length],
        new Float32Array(weights.scales.length).fill(weights.zeroPoint),
      ),
    );
    const along = { axis: { kind: 'int', value: BigInt(axis) } } as const;
    const integers = shop.constant(`${key}_integers`, () => weights.integers);
    const nodes = [...rounding, shop.node('DequantizeLinear', [integers, scales, zeros], real, along)];
    const inputs = [input, real];
    if (layer.bias !== undefined) {
      const bias = shop.fresh(`${node.outputs[0]}_bias`);
      nodes.push(this.integerBias(layer.bias, weights.scales, grid.scale, bias));
      inputs.push(bias);
    }
    return [nodes, { ...node, inputs }];
  }

  private roundedInput(data: string, grid: Grid): [readonly GraphNode[], string] {
    if (!this.plan.consumed.has(data)) return [[], data];
    const before = this.rounded.get(data);
    if (before !== undefined) return [[], before];
    const name = this.shop.fresh(`${data}_rounded`);
    this.rounded.set(data, name);
    return [this.roundTrip(data, name, grid), name];
  }

  /** The bias on the grid of the sums: the product of the scales of data and weights. */
  private integerBias(bias: Float32Array, weightScales: Float32Array, dataScale: number, output: string): GraphNode {
    const { shop } = this;
    const scales = weightScales.map((scale) => scale * dataScale);
    const limit = 2 ** 31 - 1;
    const integers = Float64Array.from(bias, (value, c) =>
      Math.min(Math.max(Math.round(value / scales[c]!), -limit), limit),
    );
    const inputs = [
      shop.constant(`${output}_integers`, () => tensor('int32', [bias.length], integers)),
      shop.constant(`${output}_scales`, () => float32([bias.length], scales)),
      shop.constant(`zero_points_${bias.length}`, () => tensor('int32', [bias.length], new Float64Array(bias.length))),
    ];
    return shop.node('DequantizeLinear', inputs, output, { axis: { kind: 'int', value: 0n } });
  }
}
