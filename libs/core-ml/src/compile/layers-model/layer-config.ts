import { SourceModelError } from '../errors.js';

/** The configuration of one layer, read member by member; a member of the wrong kind is an error that names the layer. */
export class LayerConfig {
  /** @param where names the layer in errors, e.g. `layer 'conv1' (Conv2D)` */
  constructor(
    private readonly members: Readonly<Record<string, unknown>>,
    private readonly where: string,
  ) {}

  has(member: string): boolean {
    return this.members[member] !== undefined && this.members[member] !== null;
  }

  /** @throws SourceModelError where it is no finite number, or absent without a default */
  number(member: string, otherwise?: number): number {
    const value = this.read(member, otherwise);
    return typeof value === 'number' && Number.isFinite(value) ? value : this.refuse(member, 'a number');
  }

  /** As `number`, without a fraction. */
  whole(member: string, otherwise?: number): number {
    const value = this.read(member, otherwise);
    return isWhole(value) ? value : this.refuse(member, 'a whole number');
  }

  /** Undefined where the member is absent or null. */
  optionalNumber(member: string): number | undefined {
    return this.has(member) ? this.number(member) : undefined;
  }

  flag(member: string, otherwise?: boolean): boolean {
    const value = this.read(member, otherwise);
    return typeof value === 'boolean' ? value : this.refuse(member, 'true or false');
  }

  text(member: string, otherwise?: string): string {
    const value = this.read(member, otherwise);
    return typeof value === 'string' ? value : this.refuse(member, 'a string');
  }

  /** One of a few words. */
  word<Word extends string>(member: string, words: readonly Word[], otherwise?: Word): Word {
    const value = this.text(member, otherwise);
    return words.find((word) => word === value) ?? this.refuse(member, `one of ${words.join(', ')}`);
  }

  wholes(member: string): number[] {
    const value = this.read(member);
    return areWhole(value) ? [...value] : this.refuse(member, 'a list of whole numbers');
  }

  /** One whole number for each spatial axis; a single one stands for all of them, as Keras reads it. */
  perAxis(member: string, axes: number, otherwise?: number): number[] {
    const value = this.read(member, otherwise);
    if (isWhole(value)) return new Array<number>(axes).fill(value);
    return areWhole(value) && value.length === axes ? [...value] : this.refuse(member, `${axes} whole numbers`);
  }

  /** Lengths before and after on each spatial axis: Keras writes one number, one per axis, or a pair per axis. */
  margins(member: string, axes: number): [before: number, after: number][] {
    const value = this.read(member);
    if (Array.isArray(value) && value.length === axes && value.every((pair) => areWhole(pair) && pair.length === 2)) {
      return value.map((pair: readonly [number, number]) => [pair[0], pair[1]]);
    }
    if (axes === 1 && areWhole(value) && value.length === 2) return [[value[0]!, value[1]!]];
    return this.perAxis(member, axes).map((length) => [length, length]);
  }

  /** The name of an activation; Keras writes a string or an object with a class name. */
  activation(): string {
    if (!this.has('activation')) return 'linear';
    const value = this.members['activation'];
    const name = isRecord(value) ? value['class_name'] : value;
    return typeof name === 'string' ? name : this.refuse('activation', 'the name of an activation');
  }

  /** Lengths of axes, null where a length is open. */
  shape(member: string): (number | undefined)[] | undefined {
    if (!this.has(member)) return undefined;
    const value = this.members[member];
    const isShape = Array.isArray(value) && value.every((length) => length === null || Number.isSafeInteger(length));
    if (!isShape) return this.refuse(member, 'a list of lengths');
    return value.map((length: number | null) => length ?? undefined);
  }

  private read(member: string, otherwise?: unknown): unknown {
    return this.members[member] ?? otherwise;
  }

  private refuse(member: string, expected: string): never {
    const found = JSON.stringify(this.members[member]) ?? 'nothing';
    throw new SourceModelError(`${this.where}: ${member} should be ${expected}, found ${found.slice(0, 80)}`);
  }
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

const areWhole = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isWhole);

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
