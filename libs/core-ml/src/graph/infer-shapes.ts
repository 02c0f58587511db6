import type { Graph, NamedType, OnnxModel, TensorType } from './model.js';
import { merged } from './operators/dimensions.js';
import { inferNode } from './operators/infer-node.js';
import { knownConstant, type Known, type Shape } from './operators/known.js';
import type { CallContext } from './operators/node-call.js';
import { findOperator } from './operators/table.js';

export interface InferShapesOptions {
  /** Shapes of inputs that are better known than the model says, e.g. to see what one input size leads to. */
  readonly inputs?: Readonly<Record<string, Shape>>;
}

/**
 * Finds the type of every value of a model and checks each node on the way. Values of operators that the table does not
 * have keep what the file says of them; the rest follows from them as far as it can.
 * @throws ShapeError when a node cannot run
 */
export function inferShapes(model: OnnxModel, options: InferShapesOptions = {}): OnnxModel {
  const inputs = model.graph.inputs.map((input): Known => ({
    ...input,
    shape: options.inputs?.[input.name] ?? input.shape,
  }));
  const facts = knownValues(model, inputs);
  return { ...model, graph: withTypes(model.graph, inputs, facts) };
}

/** What is known of every value of a model's outer graph, by name. @throws ShapeError */
export function knownValues(model: OnnxModel, inputs?: readonly Known[]): ReadonlyMap<string, Known> {
  const opset = model.opsets.get('') ?? model.opsets.get('ai.onnx') ?? 1;
  return inferGraph(model.graph, inputs ?? model.graph.inputs, new Map(), opset);
}

type Facts = ReadonlyMap<string, Known>;

function inferGraph(graph: Graph, inputs: readonly (Known | undefined)[], outer: Facts, opset: number): Facts {
  const facts = new Map(outer);
  for (const [name, data] of graph.initialisers) facts.set(name, knownConstant(name, data));
  for (const [index, declared] of graph.inputs.entries()) {
    facts.set(declared.name, refined({ ...(inputs[index] ?? declared), name: declared.name }, declared));
  }
  const context: CallContext = {
    opset,
    body(inner, given) {
      const known = inferGraph(inner, given, facts, opset);
      return inner.outputs.map((output) => known.get(output.name) ?? output);
    },
  };
  for (const node of graph.nodes) {
    const definition = findOperator(node.op, node.domain);
    const inputsOf = node.inputs.map((name) => (name === '' ? undefined : facts.get(name)));
    const isTyped = node.inputs.every((name, index) => name === '' || inputsOf[index] !== undefined);
    if (definition !== undefined && isTyped) {
      for (const known of inferNode(definition, { ...node, inputs: inputsOf }, context)) {
        if (known.name !== '') facts.set(known.name, refined(known, graph.values.get(known.name)));
      }
    } else {
      for (const name of node.outputs) {
        const declared = graph.values.get(name) ?? graph.outputs.find((output) => output.name === name);
        if (declared !== undefined && declared.elementType !== 'undefined') facts.set(name, { ...declared, name });
      }
    }
  }
  return facts;
}

/** Where inference leaves a length open, what the file says of it is believed. */
function refined(known: Known, declared: TensorType | undefined): Known {
  if (declared?.shape === undefined || known.data !== undefined) return known;
  if (known.shape === undefined) return { ...known, shape: declared.shape };
  if (known.shape.length !== declared.shape.length) return known;
  return { ...known, shape: known.shape.map((length, axis) => merged(length, declared.shape![axis])) };
}

function withTypes(graph: Graph, inputs: readonly NamedType[], facts: Facts): Graph {
  const ends = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name));
  const values = new Map<string, TensorType>();
  for (const name of graph.nodes.flatMap(({ outputs }) => outputs)) {
    const known = facts.get(name) ?? graph.values.get(name);
    if (known !== undefined && !ends.has(name))
      values.set(name, { elementType: known.elementType, shape: known.shape });
  }
  const typed = ({ name, elementType, shape }: NamedType): NamedType => ({ name, elementType, shape });
  return {
    ...graph,
    inputs: inputs.map(typed),
    outputs: graph.outputs.map((output) =>
      typed(refined({ ...(facts.get(output.name) ?? output), name: output.name }, output)),
    ),
    values,
  };
}
