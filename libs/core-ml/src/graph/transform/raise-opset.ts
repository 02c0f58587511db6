import { integers } from '../tensor/create.js';
import { knownValues, type Facts } from '../infer-shapes.js';
import type { Attribute, GraphNode, OnnxModel } from '../model.js';
import { Workshop } from './quantise/workshop.js';

const from = 11;
const to = 13;

/**
 * Rewrites a model of operator set 11 or 12 for version 13, where axes and parts became inputs (Squeeze, Unsqueeze,
 * ReduceSum, Split) and Softmax works along one axis. Models of version 13 and later are given back as they are.
 * @throws RangeError for older models
 */
export function raiseOpset(model: OnnxModel): OnnxModel {
  const opset = model.opsets.get('') ?? 1;
  if (opset >= to) return model;
  if (opset < from) throw new RangeError(`Operator set ${opset} cannot be raised to ${to}; ${from} can.`);
  const facts = knownValues(model);
  const shop = new Workshop(model);
  const raised = shop.finish((node, graph) => raisedNode(node, shop, facts.get(graph)));
  return { ...raised, irVersion: Math.max(model.irVersion, 7), opsets: new Map([...model.opsets, ['', to]]) };
}

/** The attribute that became the second input. */
const movedAttributes: Readonly<Record<string, string>> = {
  Squeeze: 'axes',
  Unsqueeze: 'axes',
  ReduceSum: 'axes',
  Split: 'split',
};

function raisedNode(node: GraphNode, shop: Workshop, facts: Facts | undefined): readonly GraphNode[] {
  if (node.domain !== '') return [node];
  const moved = movedAttributes[node.op];
  if (moved !== undefined) return [withInput(node, moved, shop)];
  if (['Softmax', 'LogSoftmax', 'Hardmax'].includes(node.op)) return alongOneAxis(node, shop, facts);
  return [node.op === 'Dropout' ? without(node, 'ratio') : node];
}

function without(node: GraphNode, attribute: string): GraphNode {
  return { ...node, attributes: new Map([...node.attributes].filter(([name]) => name !== attribute)) };
}

function withInput(node: GraphNode, name: string, shop: Workshop): GraphNode {
  const attribute = node.attributes.get(name);
  if (attribute?.kind !== 'ints') return node;
  const values = attribute.value.map(Number);
  const input = shop.constant(`integers_${values.join('_')}`, () => integers(values));
  return { ...without(node, name), inputs: [node.inputs[0]!, input] };
}

/** Before version 13 all axes from the given one on were taken as one. */
function alongOneAxis(node: GraphNode, shop: Workshop, facts: Facts | undefined): readonly GraphNode[] {
  const attribute = node.attributes.get('axis');
  const axis = attribute?.kind === 'int' ? Number(attribute.value) : 1;
  const [input, output] = [node.inputs[0]!, node.outputs[0]!];
  const rank = facts?.get(input)?.shape?.length;
  const last: Attribute = { kind: 'int', value: -1n };
  const along = new Map([['axis', last]]);
  if (axis === -1 || axis + 1 === rank) return [{ ...node, attributes: along }];
  const [shape, flat, result] = ['shape', 'flat', 'result'].map((part) => shop.fresh(`${output}_${part}`));
  return [
    shop.node('Shape', [input], shape!),
    shop.node('Flatten', [input], flat!, { axis: { kind: 'int', value: BigInt(axis) } }),
    { ...node, inputs: [flat!], outputs: [result!], attributes: along },
    shop.node('Reshape', [result!, shape!], output),
  ];
}
