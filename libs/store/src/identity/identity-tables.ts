import type { ColumnType } from 'kysely';

/** A time that the database fills in. */
type CreatedAt = ColumnType<Date, never, never>;

export interface IdentityTables {
  readonly accounts: { id: string; name: string; created_at: CreatedAt };
  readonly access_keys: {
    id: string;
    account: string;
    user_name: string;
    /** Encrypted by `Sealer`. */
    sealed_secret: Buffer;
    created_at: CreatedAt;
  };
  readonly api_keys: {
    /** What people see and revoke; not secret. */
    id: string;
    account: string;
    user_name: string;
    /** SHA-256 of the whole key. */
    hash: Buffer;
    created_at: CreatedAt;
  };
  readonly sessions: {
    /** The access key id, ASIA…. */
    id: string;
    account: string;
    arn: string;
    user_id: string;
    /** Secret access key and session token as JSON, encrypted by `Sealer`. */
    sealed_secrets: Buffer;
    expires_at: Date;
    created_at: CreatedAt;
  };
  /** Facts about the installation, e.g. the fingerprint of its master key. */
  readonly settings: { name: string; value: string };
}
