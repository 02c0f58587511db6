import type { IdentityTables } from '../identity/identity-tables.js';
import type { JobTables } from '../jobs/job-tables.js';
import type { LimitTables } from '../limits/limit-tables.js';
import type { ObjectTables } from '../objects/directory/tables.js';
import type { RecordTables } from '../records/record-tables.js';
import type { SecretTables } from '../secrets/secret-tables.js';

/** All tables of the schema `lantern`, in Kysely's terms. Each folder describes its own. */
export interface Tables extends IdentityTables, JobTables, LimitTables, ObjectTables, RecordTables, SecretTables {}
