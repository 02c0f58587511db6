import type { NGramModel } from '../../recognition/speech-engine.js';

/**
 * The model as lines of an ARPA file, the usual text format of n-gram models: logarithms to base 10, the unknown word as `<unk>`, and the
 * digest in the text before `\data\`, which readers skip. Source: SRILM's manual, ngram-format(5).
 */
export function* toArpa(model: NGramModel): Generator<string> {
  const byLength = Array.from({ length: model.order }, () => [] as string[]);
  for (const key of model.logProbabilities.keys()) byLength[nWords(key) - 1]!.push(key);
  yield `digest=${model.digest}`;
  yield '\\data\\';
  const extra = model.backOffs.has('<s>') ? 2 : 1;
  for (const [i, keys] of byLength.entries()) yield `ngram ${i + 1}=${keys.length + (i === 0 ? extra : 0)}`;
  for (const [i, keys] of byLength.entries()) {
    yield '';
    yield `\\${i + 1}-grams:`;
    if (i === 0) {
      yield `${toBase10(model.unknownLogProbability)}\t<unk>`;
      // It begins every sentence and follows nothing.
      if (extra === 2) yield `-99\t<s>\t${toBase10(model.backOffs.get('<s>')!)}`;
    }
    for (const key of keys) yield lineOf(model, key);
  }
  yield '';
  yield '\\end\\';
}

/**
 * Reads what `toArpa` has written.
 * @throws SyntaxError for anything else
 */
export function fromArpa(lines: Iterable<string>): NGramModel {
  let digest: string | undefined;
  let order = 0;
  let unknownLogProbability: number | undefined;
  const logProbabilities = new Map<string, number>();
  const backOffs = new Map<string, number>();
  for (const line of lines) {
    digest ??= /^digest=([0-9a-f]{64})$/u.exec(line)?.[1];
    order = Math.max(order, Number(/^\\([1-9])-grams:$/u.exec(line)?.[1] ?? 0));
    const [, probability, key, backOff] = /^(-?[\d.e-]+)\t([^\t]+)(?:\t(-?[\d.e-]+))?$/u.exec(line) ?? [];
    if (probability === undefined || key === undefined) continue;
    if (key === '<unk>') unknownLogProbability = fromBase10(probability);
    else if (key !== '<s>') logProbabilities.set(key, fromBase10(probability));
    if (backOff !== undefined) backOffs.set(key, fromBase10(backOff));
  }
  if (digest === undefined || order === 0 || unknownLogProbability === undefined)
    throw new SyntaxError('this is not an ARPA file with a digest');
  return { digest, order, logProbabilities, backOffs, unknownLogProbability };
}

function lineOf({ logProbabilities, backOffs }: NGramModel, key: string): string {
  const line = `${toBase10(logProbabilities.get(key)!)}\t${key}`;
  const backOff = backOffs.get(key);
  return backOff === undefined ? line : `${line}\t${toBase10(backOff)}`;
}

const nWords = (key: string): number => key.split(' ').length;
const toBase10 = (natural: number): string => String(Number((natural / Math.LN10).toPrecision(9)));
const fromBase10 = (base10: string): number => Number(base10) * Math.LN10;
