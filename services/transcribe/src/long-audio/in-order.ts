interface UnderWay<Result> {
  readonly result: Promise<Result>;
  /** Resolves when the result is there, or will not come. */
  readonly settled: Promise<void>;
}

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
  const source = items[Symbol.asyncIterator]();
  const pending: UnderWay<Result>[] = [];
  let next: Promise<IteratorResult<Item>> | undefined = take(source);
  try {
    for (;;) {
      const [head] = pending;
      if (!head && !next) return;
      if (head && (!next || pending.length >= limit || !(await isFirst(next, head.settled)))) {
        yield await head.result;
        pending.shift();
      } else if (next) {
        const item: IteratorResult<Item> = await next;
        next = item.done ? undefined : take(source);
        if (!item.done) pending.push(begin(work(item.value, stop.signal)));
      }
    }
  } finally {
    stop.abort(new Error('no longer wanted'));
    await Promise.allSettled([...pending.map(({ result }) => result), source.return?.()]);
  }
}

/** An item that is asked for; nobody may be waiting when it fails, and whoever comes then is told. */
function take<Item>(source: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
  const next = source.next();
  next.catch(() => undefined);
  return next;
}

function begin<Result>(result: Promise<Result>): UnderWay<Result> {
  const done = () => undefined;
  return { result, settled: result.then(done, done) };
}

const isFirst = (one: Promise<unknown>, other: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    one.then(
      () => true,
      () => true,
    ),
    other.then(() => false),
  ]);
