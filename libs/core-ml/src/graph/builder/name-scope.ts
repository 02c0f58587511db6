/** Names of values in a graph and the graphs inside it, where ONNX allows each name once. */
export class NameScope {
  private readonly taken = new Set<string>();
  private readonly counters = new Map<string, number>();

  /** @throws Error when the name is empty or taken */
  claim(name: string): void {
    if (name === '') throw new Error('A value needs a name.');
    if (this.taken.has(name)) throw new Error(`The name "${name}" is taken.`);
    this.taken.add(name);
  }

  /** The name itself, or with a number behind it. */
  unique(wanted: string): string {
    let name = wanted;
    while (name === '' || this.taken.has(name)) {
      const count = (this.counters.get(wanted) ?? 0) + 1;
      this.counters.set(wanted, count);
      name = `${wanted}_${count}`;
    }
    this.taken.add(name);
    return name;
  }
}
