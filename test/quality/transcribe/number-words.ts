const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = '_ _ twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const scales = [
  [1_000_000_000, 'billion'],
  [1_000_000, 'million'],
  [1_000, 'thousand'],
  [100, 'hundred'],
] as const;

/**
 * An English number in words, without `and` and hyphens: 342 is `three hundred forty two`.
 * @throws RangeError beyond whole numbers from 0 to 10^12
 */
export function numberWords(value: number): string {
  if (!Number.isInteger(value) || value < 0 || value >= 1e12) throw new RangeError(`${value} has no words here`);
  for (const [size, name] of scales) {
    if (value < size) continue;
    const rest = value % size;
    return `${numberWords(Math.floor(value / size))} ${name}${rest > 0 ? ` ${numberWords(rest)}` : ''}`;
  }
  if (value < 20) return small[value] ?? '';
  const ten = tens[Math.floor(value / 10)] ?? '';
  return value % 10 > 0 ? `${ten} ${small[value % 10]}` : ten;
}

const irregular = new Map([
  ['one', 'first'],
  ['two', 'second'],
  ['three', 'third'],
  ['five', 'fifth'],
  ['eight', 'eighth'],
  ['nine', 'ninth'],
  ['twelve', 'twelfth'],
]);

/** An English ordinal in words: 21 is `twenty first`. */
export function ordinalWords(value: number): string {
  return numberWords(value).replace(/\w+$/, (last) => irregular.get(last) ?? `${last.replace(/y$/, 'ie')}th`);
}
