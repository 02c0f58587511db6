import { createHash } from 'node:crypto';
import type { BucketChange, NotificationTarget, ObjectChange } from '@lantern/store';
import { ownerOf } from '../wire/owner.js';
import { eventNames } from './event-names.js';

/** The subject of S3's messages to topics. */
export const SUBJECT = 'Amazon S3 Notification';

/** An address as IPv4 where it is one in IPv6's clothes; where the suite itself writes, it does so from here. */
const addressOf = (address = '127.0.0.1') => address.replace(/^::ffff:(?=\d+\.)/, '');

/** The principal of a request, or the account itself. */
const principalOf = ({ cause, bucket }: BucketChange) => cause?.principalId ?? bucket.account;

/** Two ids by which AWS's support finds a request; the second is derived from the first. */
const responseElements = (requestId: string) => ({
  'x-amz-request-id': requestId,
  'x-amz-id-2': createHash('sha256').update(requestId).digest('base64'),
});

/**
 * A change as S3 writes it to topics and queues.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html (read 2026-11)
 * @param sequencer grows with each change of a key; compare texts of equal length
 */
export function toRecord(told: BucketChange, change: ObjectChange, target: NotificationTarget, sequencer: string) {
  const { bucket, cause } = told;
  const isTagging = change.kind === 'tag' || change.kind === 'untag';
  return {
    // Recorded: tagging has a later version of the structure, without size and sequencer.
    eventVersion: isTagging ? '2.3' : '2.1',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: change.at.toISOString(),
    eventName: eventNames[change.kind],
    userIdentity: { principalId: `AWS:${principalOf(told)}` },
    requestParameters: { sourceIPAddress: addressOf(cause?.sourceAddress) },
    responseElements: responseElements(cause?.requestId ?? sequencer),
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: target.id,
      bucket: {
        name: bucket.bucket,
        ownerIdentity: { principalId: ownerOf(bucket.account).ID },
        arn: arnOf(bucket.bucket),
      },
      object: {
        key: encodeKey(change.key),
        ...(change.sizeBytes !== undefined && !isTagging && { size: change.sizeBytes }),
        ...(change.etag !== undefined && { eTag: change.etag }),
        ...(!isTagging && { sequencer }),
      },
    },
  };
}

export const arnOf = (bucket: string): string => `arn:aws:s3:::${bucket}`;

/** As in HTML forms: `a b/ü@.txt` is `a+b/%C3%BC%40.txt`. */
export const encodeKey = (key: string): string =>
  encodeURIComponent(key)
    .replace(/%20/g, '+')
    .replace(/%2F/g, '/')
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** What S3 sends to each target of a configuration when it is put, to see whether it can. */
export const testMessage = (bucket: string, requestId: string, at: Date): string =>
  JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: at.toISOString(),
    Bucket: bucket,
    RequestId: requestId,
    HostId: responseElements(requestId)['x-amz-id-2'],
  });

/** `detail-type` and `detail.reason` by kind. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html (read 2026-11) */
const eventBridgeNames: Readonly<Record<ObjectChange['kind'], { type: string; reason?: string }>> = {
  put: { type: 'Object Created', reason: 'PutObject' },
  copy: { type: 'Object Created', reason: 'CopyObject' },
  'complete-upload': { type: 'Object Created', reason: 'CompleteMultipartUpload' },
  delete: { type: 'Object Deleted', reason: 'DeleteObject' },
  tag: { type: 'Object Tags Added' },
  untag: { type: 'Object Tags Deleted' },
};

/** A change as EventBridge has it. */
export function toEventBridge(told: BucketChange, change: ObjectChange, sequencer: string) {
  const { bucket, cause } = told;
  const { type, reason } = eventBridgeNames[change.kind];
  const isTagging = reason === undefined;
  return {
    detailType: type,
    detail: {
      version: '0',
      bucket: { name: bucket.bucket },
      object: {
        key: change.key,
        ...(change.sizeBytes !== undefined && !isTagging && { size: change.sizeBytes }),
        ...(change.etag !== undefined && { etag: change.etag }),
        ...(!isTagging && { sequencer }),
      },
      'request-id': cause?.requestId ?? sequencer,
      requester: bucket.account,
      'source-ip-address': addressOf(cause?.sourceAddress),
      ...(reason !== undefined && { reason }),
      ...(change.kind === 'delete' && { 'deletion-type': 'Permanently Deleted' }),
    },
  };
}
