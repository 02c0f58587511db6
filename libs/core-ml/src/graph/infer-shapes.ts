import type { EvaluationLimit } from './evaluate/evaluate.js';
import { withInnerGraphs } from './inner-graphs.js';
import type { Graph, GraphNode, NamedType, OnnxModel, TensorType } from './model.js';
import { merged } from './operators/dimensions.js';
import { inferNode } from './operators/infer-node.js';
import { knownConstant, type Known, type Shape } from './operators/known.js';
import type { CallContext } from './operators/node-call.js';
import { findOperator } from './operators/table.js';

export interface InferShapesOptions {
  /** Shapes of inputs that are better known than the model says, e.g. to see what one input size leads to. */
  readonly inputs?: Readonly<Record<string, Shape>>;
}

/** What is known of the values of a graph and of the graphs around it, by name. */
export type Facts = ReadonlyMap<string, Known>;

/**
 * Finds the type of every value of a model and checks each node on the way, inner graphs included. Values of operators
 * that the table does not have keep what the file says of them; the rest follows from them as far as it can.
 * @throws ShapeError when a node cannot run
 */
export function inferShapes(model: OnnxModel, options: InferShapesOptions = {}): OnnxModel {
  const inputs = model.graph.inputs.map((input) => ({ ...input, shape: options.inputs?.[input.name] ?? input.shape }));
  const facts = knownValues(model, { inputs });
  return { ...model, graph: withTypes({ ...model.graph, inputs }, facts.get(model.graph) ?? new Map(), facts) };
}

interface KnownOptions {
  readonly inputs?: readonly Known[];
  readonly evaluation?: EvaluationLimit;
}

/** What is known of every value of a model, for its graph and each graph inside. @throws ShapeError */
export function knownValues(model: OnnxModel, options: KnownOptions = {}): ReadonlyMap<Graph, Facts> {
  const opset = model.opsets.get('') ?? model.opsets.get('ai.onnx') ?? 1;
  const pass = new Pass(opset, options.evaluation);
  pass.infer(model.graph, options.inputs ?? model.graph.inputs, new Map());
  return pass.facts;
}

/** One walk over a model. */
class Pass {
  readonly facts = new Map<Graph, Facts>();

  constructor(
    private readonly opset: number,
    private readonly evaluation: EvaluationLimit | undefined,
  ) {}

  /** A loop's body is inferred again with what holds for every turn; the last answer is the one that counts. */
  infer(graph: Graph, inputs: readonly (Known | undefined)[], outer: Facts, depth = 0): Facts {
    const facts = new Map(outer);
    for (const [name, data] of graph.initialisers) facts.set(name, knownConstant(name, data));
    for (const [index, declared] of graph.inputs.entries()) {
      facts.set(declared.name, refined({ ...(inputs[index] ?? declared), name: declared.name }, declared));
    }
    const context: CallContext = {
      opset: this.opset,
      depth,
      ...(this.evaluation === undefined ? {} : { evaluation: this.evaluation }),
      body: (inner, given) => {
        const known = this.infer(inner, given, facts, depth + 1);
        return inner.outputs.map((output) => known.get(output.name) ?? output);
      },
    };
    for (const node of graph.nodes) addNode(graph, node, facts, context);
    this.facts.set(graph, facts);
    return facts;
  }
}

function addNode(graph: Graph, node: GraphNode, facts: Map<string, Known>, context: CallContext): void {
  const definition = findOperator(node.op, node.domain);
  const inputs = node.inputs.map((name) => (name === '' ? undefined : facts.get(name)));
  const isTyped = node.inputs.every((name, index) => name === '' || inputs[index] !== undefined);
  if (definition !== undefined && isTyped) {
    for (const known of inferNode(definition, { ...node, inputs }, context)) {
      if (known.name !== '') facts.set(known.name, refined(known, graph.values.get(known.name)));
    }
    return;
  }
  for (const name of node.outputs) {
    const declared = graph.values.get(name) ?? graph.outputs.find((output) => output.name === name);
    if (declared !== undefined && declared.elementType !== 'undefined') facts.set(name, { ...declared, name });
  }
}

/** Where inference leaves a length open, what the file says of it is believed. */
function refined(known: Known, declared: TensorType | undefined): Known {
  if (declared?.shape === undefined || known.data !== undefined) return known;
  if (known.shape === undefined) return { ...known, shape: declared.shape };
  if (known.shape.length !== declared.shape.length) return known;
  return { ...known, shape: known.shape.map((length, axis) => merged(length, declared.shape![axis])) };
}

function withTypes(graph: Graph, facts: Facts, all: ReadonlyMap<Graph, Facts>): Graph {
  const ends = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name));
  const values = new Map<string, TensorType>();
  for (const name of graph.nodes.flatMap(({ outputs }) => outputs)) {
    const known = facts.get(name) ?? graph.values.get(name);
    if (known !== undefined && !ends.has(name) && name !== '') values.set(name, typeOf(known));
  }
  const inner = (one: Graph): Graph => withTypes(one, all.get(one) ?? new Map(), all);
  return {
    ...graph,
    nodes: graph.nodes.map((node) => withInnerGraphs(node, inner)),
    outputs: graph.outputs.map((output): NamedType => {
      const known = facts.get(output.name);
      return known === undefined ? output : { name: output.name, ...typeOf(refined(known, output)) };
    }),
    values,
  };
}

function typeOf({ elementType, shape }: TensorType): TensorType {
  return { elementType, shape };
}
