import type { Migration } from 'kysely';
import { identity } from './0001-identity.js';
import { records } from './0002-records.js';
import { rateBuckets } from './0003-rate-buckets.js';
import { objects } from './0100-objects.js';
import { secrets } from './0200-secrets.js';
import { sns } from './0210-sns.js';
import { jobs } from './0230-jobs.js';
import { events } from './0300-events.js';
import { sqs } from './0310-sqs.js';
import { s3Notifications } from './0320-s3-notifications.js';
import { outboxOfRelays } from './0330-outbox-of-relays.js';

/** All migrations by name. They run in the order of their names, so a new one gets the highest number. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-identity': identity,
  '0002-records': records,
  '0003-rate-buckets': rateBuckets,
  '0100-objects': objects,
  '0200-secrets': secrets,
  '0210-sns': sns,
  '0230-jobs': jobs,
  '0300-events': events,
  '0310-sqs': sqs,
  '0320-s3-notifications': s3Notifications,
  '0330-outbox-of-relays': outboxOfRelays,
};
