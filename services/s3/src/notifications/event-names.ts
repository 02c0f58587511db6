import type { ChangeKind } from '@lantern/store';

/** What a kind of change is called, without `s3:`. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
export const eventNames: Readonly<Record<ChangeKind, string>> = {
  put: 'ObjectCreated:Put',
  copy: 'ObjectCreated:Copy',
  'complete-upload': 'ObjectCreated:CompleteMultipartUpload',
  delete: 'ObjectRemoved:Delete',
  tag: 'ObjectTagging:Put',
  untag: 'ObjectTagging:Delete',
};

/** Whether a configured name, e.g. `s3:ObjectCreated:*`, covers an event. */
export const covers = (configured: string, eventName: string): boolean =>
  configured.endsWith(':*') ? `s3:${eventName}`.startsWith(configured.slice(0, -1)) : configured === `s3:${eventName}`;

/** Whether two configured names have an event in common. */
export const haveCommon = (a: string, b: string): boolean =>
  a === b || [covers(a, b.slice('s3:'.length)), covers(b, a.slice('s3:'.length))].includes(true);
