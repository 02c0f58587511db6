import type {
  Attribute,
  ElementType,
  Graph,
  GraphNode,
  NamedType,
  OnnxModel,
  TensorData,
  TensorType,
} from '../model.js';
import type { WrittenAttributes } from '../operators/definition.js';
import { readsOf } from '../inner-graphs.js';
import { inferNode } from '../operators/infer-node.js';
import { knownConstant, type Known, type Shape } from '../operators/known.js';
import { ShapeError } from '../operators/shape-error.js';
import { findOperator, type OperatorName, type Operators } from '../operators/table.js';
import { attributesOf, type AttributeValues } from './attributes.js';
import { ConstantPool } from './constant-pool.js';
import { irVersionOf } from './ir-version.js';
import { NameScope } from './name-scope.js';
import { Value } from './value.js';

export interface GraphBuilderOptions {
  /** Version of ONNX's operator set. */
  readonly opset: number;
  /** Versions of further operator sets, by domain. */
  readonly domains?: Readonly<Record<string, number>>;
  /** Name of the graph. */
  readonly name?: string;
}

export interface BuildOptions {
  readonly metadata?: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  readonly producerName?: string;
  readonly producerVersion?: string;
}

type Given = Value | undefined;
type AttributesOf<Op extends OperatorName> = WrittenAttributes<Operators[Op]['attributes']>;
/**
 * What follows the inputs. For an operator that is written out, its own attributes, which may only be left out when none
 * is required; for one that is only known when the program runs, any attributes.
 */
type AttributeArguments<Op extends string> = string extends Op
  ? [attributes?: AttributeValues, name?: string]
  : Op extends OperatorName
    ? Record<never, never> extends AttributesOf<Op>
      ? [attributes?: AttributesOf<Op>, name?: string]
      : [attributes: AttributesOf<Op>, name?: string]
    : never;

interface BuiltNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly Given[];
  readonly outputs: readonly Value[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** A node of an operator that the table does not have, with what its outputs are. */
export interface ForeignNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly Given[];
  readonly attributes?: ReadonlyMap<string, Attribute>;
  readonly outputs: readonly TensorType[];
  readonly name?: string;
}

/**
 * Builds an ONNX graph node by node. Each call checks shapes, element types and attributes, and says what is wrong in a
 * sentence (ShapeError).
 */
export class GraphBuilder {
  readonly opset: number;
  private readonly nodes: BuiltNode[] = [];
  private readonly inputs: Value[] = [];
  private readonly outputs: Value[] = [];
  private readonly constants = new ConstantPool();
  private readonly captured = new Set<Value>();

  constructor(
    private readonly options: GraphBuilderOptions,
    private readonly names = new NameScope(),
    private readonly parent?: GraphBuilder,
  ) {
    this.opset = options.opset;
  }

  /**
   * Something that a caller gives. A string in the shape stands for a length that is only known when the graph runs.
   * @throws Error when the name is taken
   */
  input(name: string, elementType: ElementType, shape: Shape | undefined): Value {
    this.names.claim(name);
    const value = new Value(this, name, { name, elementType, shape });
    this.inputs.push(value);
    return value;
  }

  /** A constant. Small ones that are equal become one. */
  constant(data: TensorData, name?: string): Value {
    return this.constants.add(data, name, () => {
      const unique = this.names.unique(name ?? 'constant');
      return new Value(this, unique, knownConstant(unique, data));
    });
  }

  /** Adds a node with one output. `name` names the node and its output; it gets a number where it is taken. */
  op<Op extends string>(op: Op, inputs: readonly Given[], ...rest: AttributeArguments<Op>): Value {
    return this.add(op, inputs, 1, rest[0], rest[1])[0]!;
  }

  /** Adds a node with several outputs, in the operator's order. */
  ops<Op extends string>(op: Op, inputs: readonly Given[], count: number, ...rest: AttributeArguments<Op>): Value[] {
    return this.add(op, inputs, count, rest[0], rest[1]);
  }

  /** Adds a node that the operator table does not know: nothing is checked, and its outputs are what the caller says. */
  foreign({ op, domain, inputs, attributes = new Map(), outputs, name }: ForeignNode): Value[] {
    const unique = this.names.unique(name ?? op);
    this.checkOwners(op, inputs);
    const values = outputs.map((type, index) => this.valueOf({ ...type, name: this.outputName(unique, index) }));
    this.nodes.push({ name: unique, op, domain, inputs, outputs: values, attributes });
    return values;
  }

  /** Makes a value an output of the graph. */
  output(name: string, value: Value): Value {
    this.checkOwners('output', [value]);
    const isInner = value.owner === this && this.nodes.some(({ outputs }) => outputs.includes(value));
    const canRename = isInner && !this.outputs.includes(value) && !this.captured.has(value);
    if (value.name === name && canRename) {
      this.outputs.push(value);
      return value;
    }
    this.names.claim(name);
    const output = canRename ? value : this.add('Identity', [value], 1, {}, `${name}:Identity`)[0]!;
    output.rename(name);
    this.outputs.push(output);
    return output;
  }

  /**
   * Builds a graph for an attribute: a branch of If, the body of a Loop or Scan. It may read values of this graph.
   * @param fill adds the inputs, nodes and outputs
   */
  subgraph(name: string, fill: (body: GraphBuilder) => void): Graph {
    const body = new GraphBuilder({ ...this.options, name }, this.names, this);
    fill(body);
    return body.graph();
  }

  /**
   * The model: nodes and constants that no output needs are left out.
   * @throws Error when there is no output
   */
  build({ metadata = {}, producerName = 'lantern', producerVersion = '' }: BuildOptions = {}): OnnxModel {
    if (this.outputs.length === 0) throw new Error('The graph has no outputs.');
    return {
      irVersion: irVersionOf(this.opset),
      opsets: new Map([['', this.opset], ...Object.entries(this.options.domains ?? {})]),
      producerName,
      producerVersion,
      metadata: metadata instanceof Map ? metadata : new Map(Object.entries(metadata)),
      graph: this.graph(),
    };
  }

  private graph(): Graph {
    const needed = new Set(this.outputs.map(({ name }) => name));
    const kept: BuiltNode[] = [];
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some(({ name }) => needed.has(name))) continue;
      for (const name of readsOf(written(node))) needed.add(name);
      kept.push(node);
    }
    kept.reverse();
    const ends = new Set([...this.inputs, ...this.outputs]);
    const inner = kept.flatMap(({ outputs }) => outputs).filter((value) => !ends.has(value));
    return {
      name: this.options.name ?? 'graph',
      nodes: kept.map(written),
      initialisers: this.constants.initialisers((value) => needed.has(value.name)),
      inputs: this.inputs.map(named),
      outputs: this.outputs.map(named),
      values: new Map(inner.map((value) => [value.name, value.type])),
    };
  }

  private add(
    op: string,
    inputs: readonly Given[],
    count: number,
    written: AttributeValues | undefined,
    name: string | undefined,
  ): Value[] {
    const definition = findOperator(op);
    if (definition === undefined)
      throw new ShapeError(op, name ?? '', 'no such operator is known; add it by foreign().');
    this.checkOwners(op, inputs);
    const attributes = attributesOf(op, definition.attributes, written ?? {});
    const unique = this.names.unique(name ?? op);
    const outputs = Array.from({ length: count }, (_, index) => this.outputName(unique, index));
    const given = inputs.map((input) => input?.known);
    const known = inferNode(
      definition,
      { op, name: unique, inputs: given, attributes, outputs },
      { opset: this.opset, depth: 0, body: (graph) => graph.outputs },
    );
    const values = known.map((facts) => this.valueOf(facts));
    this.nodes.push({ name: unique, op, domain: '', inputs: trimmed(inputs), outputs: values, attributes });
    return values;
  }

  private valueOf(facts: Known): Value {
    return new Value(this, facts.name, facts);
  }

  private outputName(node: string, index: number): string {
    return index === 0 ? node : this.names.unique(`${node}:${index}`);
  }

  /** Values of this graph and of the graphs around it may be read; those of others are a mistake. */
  private checkOwners(op: string, inputs: readonly Given[]): void {
    for (const input of inputs) {
      if (input === undefined || input.owner === this) continue;
      let outer = this.parent;
      while (outer !== undefined && outer !== input.owner) outer = outer.parent;
      if (outer === undefined) throw new ShapeError(op, '', `"${input.name}" is a value of another graph.`);
      outer.captured.add(input);
    }
  }
}

function written(node: BuiltNode): GraphNode {
  return {
    ...node,
    inputs: node.inputs.map((input) => input?.name ?? ''),
    outputs: node.outputs.map((output) => output.name),
  };
}

function named(value: Value): NamedType {
  return { name: value.name, ...value.type };
}

/** Trailing inputs that are not given need no place. */
function trimmed(inputs: readonly Given[]): readonly Given[] {
  return inputs.slice(0, inputs.findLastIndex((input) => input !== undefined) + 1);
}
