import type { Graph, GraphNode, OnnxModel } from '../../model.js';
import { elementTypes } from '../../model.js';
import { float32 } from '../../tensor/create.js';
import { isSet, weightedLayer, type LayerOptions, type WeightedLayer } from './layers.js';
import { quantiseWeights, transposedMatrix, zeroPointOf, type QuantisedWeights, type WeightFormat } from './weights.js';
import { Workshop } from './workshop.js';

/** First version of the operator set with DynamicQuantizeLinear. */
const firstOpset = 11;

export interface QuantizeDynamicOptions extends LayerOptions {
  /**
   * How weights are stored. Products of uint8 data and int8 weights are added in 16 bits on x86 processors without VNNI,
   * where large sums are cut off; uint8 weights are added in 32 bits everywhere.
   * @default uint8, 8 bits
   */
  readonly format?: WeightFormat;
}

/**
 * Stores the weights of convolutions and matrix products as 8-bit integers, one scale per output channel, and computes
 * with integers: the data is rounded to 8 bits by its own range each time the model runs (DynamicQuantizeLinear,
 * MatMulInteger, ConvInteger). Needs no example data. Fold constants and batch normalisation before.
 * @throws RangeError when the model's operator set is before version 11
 */
export function quantizeDynamic(model: OnnxModel, options: QuantizeDynamicOptions = {}): OnnxModel {
  const opset = model.opsets.get('') ?? 1;
  if (opset < firstOpset) throw new RangeError(`Quantising needs operator set ${firstOpset}; the model has ${opset}.`);
  return new DynamicQuantiser(new Workshop(model), options).run();
}

/** Names of what DynamicQuantizeLinear gives. */
interface Rounded {
  readonly integers: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

class DynamicQuantiser {
  private readonly rounded = new Map<Graph, Map<string, Rounded>>();
  private readonly weights = new Map<string, QuantisedWeights | undefined>();
  private readonly format: WeightFormat;

  constructor(
    private readonly shop: Workshop,
    private readonly options: QuantizeDynamicOptions,
  ) {
    this.format = options.format ?? { elementType: 'uint8', bits: 8 };
  }

  run(): OnnxModel {
    return this.shop.finish((node, graph) => {
      const layer = weightedLayer(node, this.shop.constants, this.options);
      const weights = layer === undefined ? undefined : this.weightsOf(layer);
      return layer === undefined || weights === undefined ? [node] : this.replaced(layer, weights, graph);
    });
  }

  private weightsOf({ node, name, weights, axis }: WeightedLayer): QuantisedWeights | undefined {
    const key = `${name}_${isSet(node, 'transB')}`;
    if (!this.weights.has(key)) {
      // A matrix product has no form for weights that lie the other way round.
      const turned = isSet(node, 'transB') ? transposedMatrix(weights) : weights;
      const rounded =
        turned === undefined ? undefined : quantiseWeights(turned, node.op === 'Conv' ? axis : 1, this.format);
      this.weights.set(key, rounded);
    }
    return this.weights.get(key);
  }

  private replaced(layer: WeightedLayer, weights: QuantisedWeights, graph: Graph): readonly GraphNode[] {
    const { shop } = this;
    const { node, name, data } = layer;
    const isConvolution = layer.op === 'Conv';
    const key = `${name}_${layer.op}_${isSet(node, 'transB') ? 'turned' : 'plain'}`;
    const output = node.outputs[0]!;
    const [rounding, rounded] = this.round(data, graph);
    const inputs = [
      rounded.integers,
      shop.constant(`${key}_integers`, () => weights.integers),
      rounded.zeroPoint,
      shop.constant(`${this.format.elementType}_zero_point`, () =>
        zeroPointOf(this.format.elementType, weights.zeroPoint),
      ),
    ];
    const [sums, real, scale] = [
      shop.fresh(`${output}_sums`),
      shop.fresh(`${output}_real`),
      shop.fresh(`${output}_scale`),
    ];
    const product: GraphNode = {
      ...shop.node(isConvolution ? 'ConvInteger' : 'MatMulInteger', inputs, sums),
      attributes: isConvolution ? node.attributes : new Map(),
    };
    const scales = shop.constant(`${key}_scales`, () => float32(this.channelShape(layer), weights.scales));
    const to = { kind: 'int', value: BigInt(elementTypes.float32) } as const;
    const scaled = layer.bias === undefined ? output : shop.fresh(`${output}_scaled`);
    return [
      ...rounding,
      product,
      shop.node('Cast', [sums], real, { to }),
      shop.node('Mul', [rounded.scale, scales], scale),
      shop.node('Mul', [real, scale], scaled),
      ...(layer.bias === undefined ? [] : [shop.node('Add', [scaled, this.bias(layer, layer.bias)], output)]),
    ];
  }

  /** The node that rounds a value to 8 bits, when none in this graph does it yet, and the names of its results. */
  private round(data: string, graph: Graph): [readonly GraphNode[], Rounded] {
    const known = this.rounded.get(graph) ?? new Map<string, Rounded>();
    this.rounded.set(graph, known);
    const before = known.get(data);
    if (before !== undefined) return [[], before];
    const [integers, scale, zeroPoint] = ['integers', 'scale', 'zero_point'].map((part) =>
      this.shop.fresh(`${data}_${part}`),
    );
    const rounded: Rounded = { integers: integers!, scale: scale!, zeroPoint: zeroPoint! };
    known.set(data, rounded);
    const node = this.shop.node('DynamicQuantizeLinear', [data], rounded.integers);
    return [[{ ...node, outputs: [rounded.integers, rounded.scale, rounded.zeroPoint] }], rounded];
  }

  private bias(layer: WeightedLayer, bias: Float32Array): string {
    return this.shop.constant(`${layer.node.outputs[0]}_bias`, () => float32(this.channelShape(layer), bias));
  }

  /** One entry per channel, shaped to broadcast over the layer's result. */
  private channelShape({ op, weights, axis }: WeightedLayer): readonly number[] {
    const channels = weights.dims[axis]!;
    return op !== 'Conv' ? [channels] : [channels, ...weights.dims.slice(2).map(() => 1)];
  }
}
