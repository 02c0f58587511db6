/**
 * Text out of a file that may be hostile, for logs and terminals: short, on one line, without control characters.
 * @param longest number of UTF-16 units after which the text is cut
 */
export function printableText(text: string, longest = 600): string {
  const short = text.length <= longest ? text : `${text.slice(0, longest)}...`;
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
