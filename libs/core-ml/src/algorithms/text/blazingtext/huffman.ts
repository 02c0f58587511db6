/** Paths from the root of a Huffman tree to each label: nodes 0 … labels − 2, and at each whether to go right. */
export interface LabelPaths {
  readonly nodes: Int32Array;
  readonly rights: Int32Array;
  /** Label i has the entries `starts[i] … starts[i + 1]`. */
  readonly starts: Int32Array;
}

/**
 * The tree over label counts in falling order, as fastText builds it: two queues, the labels from the rarest upwards
 * and the inner nodes in the order they were made. Source: fastText's loss.cc, `HierarchicalSoftmaxLoss::buildTree`.
 */
export function huffmanPaths(counts: Int32Array): LabelPaths {
  const labels = counts.length;
  const size = 2 * labels - 1;
  const weight = new Float64Array(size).fill(Infinity);
  const parent = new Int32Array(size).fill(-1);
  const isRight = new Int32Array(size);
  weight.set(counts);
  let leaf = labels - 1;
  let inner = labels;
  for (let made = labels; made < size; made++) {
    const pair: number[] = [];
    for (let side = 0; side < 2; side++) {
      const chosen = leaf >= 0 && weight[leaf]! < weight[inner]! ? leaf-- : inner++;
      parent[chosen] = made;
      isRight[chosen] = side;
      pair.push(weight[chosen]!);
    }
    weight[made] = pair[0]! + pair[1]!;
  }
  const nodes: number[] = [];
  const rights: number[] = [];
  const starts = [0];
  for (let label = 0; label < labels; label++) {
    for (let at = label; parent[at]! >= 0; at = parent[at]!) {
      nodes.push(parent[at]! - labels);
      rights.push(isRight[at]!);
    }
    starts.push(nodes.length);
  }
  return { nodes: Int32Array.from(nodes), rights: Int32Array.from(rights), starts: Int32Array.from(starts) };
}
