/**
 * Does work on items, some at a time, and tells the results in the items' order, each as soon as it and those before are there.
 * Leaving the loop, or an error, aborts what is under way and waits until it has ended.
 * @param limit most items under way, at least 1
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  limit: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): AsyncGenerator<Result> {
  const stop = new AbortController();
  const pending: { readonly result: Promise<Result>; isDone: boolean }[] = [];
  try {
    for await (const item of items) {
      const entry = { result: work(item, stop.signal), isDone: false };
      const done = () => void (entry.isDone = true);
      entry.result.then(done, done);
      pending.push(entry);
      while (pending.length >= limit || pending[0]?.isDone) yield await pending.shift()!.result;
    }
    while (pending.length > 0) yield await pending.shift()!.result;
  } finally {
    stop.abort(new Error('no longer wanted'));
    await Promise.allSettled(pending.map(({ result }) => result));
  }
}
