import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.js';
import { openSealer, type SealerConfig } from '../identity/open-sealer.js';
import type { Sealer } from '../identity/sealer.js';

/**
 * Opens the secrets of a database.
 * @throws Error if they were sealed under another master key
 */
export async function openSecretStore(config: SealerConfig): Promise<SecretStore> {
  return new SecretStore(config.database.kysely, await openSealer(config));
}

/** Secrets of the installation that its processes share, sealed with the master key. */
export class SecretStore {
  constructor(
    private readonly kysely: Kysely<Tables>,
    private readonly sealer: Sealer,
  ) {}

  /**
   * The secret of that name; the first caller's `make` decides what it is, for all processes and for good.
   * `make` may run in several processes at once: all but one result are thrown away.
   * @param name e.g. `sns/signing`
   * @throws SealError if what is stored does not open under the master key
   */
  async getOrCreate(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const existing = await this.find(name);
    if (existing) return existing;
    const sealed = this.sealer.seal((await make()).toString('base64'), placeOf(name));
    await this.kysely
      .insertInto('secrets')
      .values({ name, sealed })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const kept = await this.find(name);
    if (!kept) throw new Error(`The secret ${name} was removed while it was made`);
    return kept;
  }

  private async find(name: string): Promise<Buffer | undefined> {
    const row = await this.kysely.selectFrom('secrets').select('sealed').where('name', '=', name).executeTakeFirst();
    return row && Buffer.from(this.sealer.open(row.sealed, placeOf(name)), 'base64');
  }
}

const placeOf = (name: string): string => `secrets/${name}`;
