import type { Dimension, TensorData, TensorType } from '../model.js';
import { elementsOf, type Known, type Shape } from '../operators/known.js';

/** A tensor between nodes of a graph that is being built. Made by a GraphBuilder only. */
export class Value {
  /** @param owner the builder of the graph that the value is in */
  constructor(
    readonly owner: object,
    private currentName: string,
    private readonly facts: Known,
  ) {}

  /** Its name in the graph. Becoming an output of the graph may change it once. */
  get name(): string {
    return this.currentName;
  }

  get type(): TensorType {
    return { elementType: this.facts.elementType, shape: this.facts.shape };
  }

  /** @throws Error when not even the rank is known */
  get shape(): Shape {
    if (this.facts.shape === undefined) throw new Error(`The rank of "${this.name}" is not known.`);
    return this.facts.shape;
  }

  /** All of it, when it is constant. */
  get data(): TensorData | undefined {
    return this.facts.data;
  }

  /** For a list of lengths: its elements, as far as they are known while building. */
  get elements(): readonly Dimension[] | undefined {
    return elementsOf(this.facts);
  }

  /** What shape inference knows of it. */
  get known(): Known {
    return { ...this.facts, name: this.currentName };
  }

  /** For the builder: gives the value the name of a graph's output. */
  rename(name: string): void {
    this.currentName = name;
  }
}
