import { allNames, freshName } from '../../edit/names.js';
import { removeUnused } from '../../edit/index.js';
import { innerGraphs, withInnerGraphs } from '../../inner-graphs.js';
import type { Attribute, Graph, GraphNode, OnnxModel, TensorData } from '../../model.js';

/** Gives the nodes that stand for a node: itself, others, or others and itself changed. */
export type NodeChange = (node: GraphNode, graph: Graph) => readonly GraphNode[];

/**
 * A model whose nodes are being replaced one by one. New constants go to the outer graph, where inner graphs see them,
 * and are shared by key.
 */
export class Workshop {
  /** Constants of all graphs by name. */
  readonly constants = new Map<string, TensorData>();
  private readonly made = new Map<string, TensorData>();
  private readonly byKey = new Map<string, string>();
  private readonly taken: Set<string>;

  constructor(private readonly model: OnnxModel) {
    this.taken = allNames(model.graph);
    this.collect(model.graph);
  }

  private collect(graph: Graph): void {
    for (const [name, data] of graph.initialisers) this.constants.set(name, data);
    for (const node of graph.nodes) for (const inner of innerGraphs(node)) this.collect(inner);
  }

  fresh(wish: string): string {
    return freshName(this.taken, wish);
  }

  /** The name of a new constant, made when nobody asked for the key before. */
  constant(key: string, make: () => TensorData): string {
    let name = this.byKey.get(key);
    if (name === undefined) {
      name = this.fresh(key);
      this.byKey.set(key, name);
      this.made.set(name, make());
    }
    return name;
  }

  /** A node of ONNX's own set with one output. */
  node(
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): GraphNode {
    return {
      name: this.fresh(`${output}_${op}`),
      op,
      domain: '',
      inputs,
      outputs: [output],
      attributes: new Map(Object.entries(attributes)),
    };
  }

  /** The model with its nodes replaced and without what nobody reads any more. */
  finish(change: NodeChange): OnnxModel {
    const visit = (graph: Graph): Graph => ({
      ...graph,
      nodes: graph.nodes.flatMap((node) => change(withInnerGraphs(node, visit), graph)),
    });
    const graph = visit(this.model.graph);
    return removeUnused({
      ...this.model,
      graph: { ...graph, initialisers: new Map([...graph.initialisers, ...this.made]) },
    });
  }
}
