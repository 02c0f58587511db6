/**
 * What a delivery policy may name as the content type of the requests.
 * https://docs.aws.amazon.com/sns/latest/dg/creating-delivery-policy.html (read 2026-11)
 */
const contentTypes: ReadonlySet<string> = new Set([
  'application/atom+xml',
  'application/javascript',
  'application/json',
  'application/octet-stream',
  'application/pdf',
  'application/rss+xml',
  'application/rtf',
  'application/soap+xml',
  'application/x-www-form-urlencoded',
  'application/xhtml+xml',
  'application/xml',
  'text/css',
  'text/csv',
  'text/html',
  'text/plain',
  'text/xml',
]);

/** Whether it is one of them, with or without a character set. */
export function isContentType(text: string): boolean {
  const [type = '', parameter, ...more] = text.split(';').map((part) => part.trim().toLowerCase());
  return (
    contentTypes.has(type) && more.length === 0 && (parameter === undefined || /^charset=[\w-]{1,40}$/.test(parameter))
  );
}
