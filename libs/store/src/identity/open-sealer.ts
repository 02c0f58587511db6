import type { Database } from '../database/database.js';
import { loadMasterKey } from './master-key.js';
import { Sealer } from './sealer.js';

export interface SealerConfig {
  readonly database: Database;
  /** Holds the master key's file, unless `masterKey` is given. */
  readonly dataDir: string;
  /** 32 bytes, hexadecimal or base64. */
  readonly masterKey?: string | undefined;
}

/**
 * Loads the master key and makes sure that it is the one this database was written under.
 * @throws Error if its secrets were sealed under another master key
 */
export async function openSealer({ database, dataDir, masterKey }: SealerConfig): Promise<Sealer> {
  const sealer = new Sealer(await loadMasterKey(dataDir, masterKey));
  const { kysely } = database;
  const setting = 'master-key-fingerprint';
  const mine = { name: setting, value: sealer.fingerprint };
  await kysely
    .insertInto('settings')
    .values(mine)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const kept = await kysely.selectFrom('settings').select('value').where('name', '=', setting).executeTakeFirst();
  if (kept?.value !== sealer.fingerprint) {
    throw new Error(
      'The database was written under another master key: give this process the same master.key file or LANTERN_MASTER_KEY',
    );
  }
  return sealer;
}
