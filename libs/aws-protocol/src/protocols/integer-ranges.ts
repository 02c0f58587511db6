/** Integer types: the least and greatest value, and what AWS's deserialisers call the type. */
export const integerRanges: ReadonlyMap<string, readonly [min: number, max: number, name: string]> = new Map([
  ['byte', [-128, 127, 'a Byte']],
  ['short', [-32_768, 32_767, 'a Short']],
  ['integer', [-2_147_483_648, 2_147_483_647, 'an Integer']],
  ['intEnum', [-2_147_483_648, 2_147_483_647, 'an Integer']],
  ['long', [-(2 ** 63), 2 ** 63, 'a Long']],
  ['bigInteger', [-Infinity, Infinity, 'a BigInteger']],
]);
