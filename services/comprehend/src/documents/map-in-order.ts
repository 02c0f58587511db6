export interface Ahead<Item> {
  /** Most items under way. */
  readonly maxItems: number;
  /** Most weight under way; a single item may be heavier. */
  readonly maxWeight: number;
  readonly weightOf: (item: Item) => number;
}

/**
 * Maps a stream with several calls under way, and gives the results in the stream's order. Takes no more from the
 * source than the limits allow, so that memory does not depend on its length.
 * @throws what the source or a call throws; calls under way are waited for, so that none outlives the stream
 */
export async function* mapInOrder<Item, Result>(
  source: AsyncIterable<Item>,
  { maxItems, maxWeight, weightOf }: Ahead<Item>,
  map: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: { readonly result: Promise<Result>; readonly weight: number }[] = [];
  let weight = 0;
  const isFull = (more: number) => underWay.length >= maxItems || (underWay.length > 0 && weight + more > maxWeight);
  const first = async () => {
    const call = underWay[0]!;
    const result = await call.result;
    underWay.shift();
    weight -= call.weight;
    return result;
  };
  try {
    for await (const item of source) {
      const more = weightOf(item);
      while (isFull(more)) yield await first();
      const result = map(item);
      // It is awaited in its turn; until then a failure must not count as unhandled.
      result.catch(() => undefined);
      underWay.push({ result, weight: more });
      weight += more;
    }
    while (underWay.length > 0) yield await first();
  } finally {
    await Promise.allSettled(underWay.map(({ result }) => result));
  }
}
