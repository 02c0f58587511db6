import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** First byte of everything sealed, so that another method can be added. */
const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The text does not open under this key: another master key, or the bytes were changed or moved to another row. */
export class SealError extends Error {}

/** Encrypts secrets at rest: AES-256-GCM under a key derived from the installation's master key. */
export class Sealer {
  private readonly key: Buffer;
  /** Names the master key without telling anything about it. */
  readonly fingerprint: string;

  /** @param masterKey 32 bytes */
  constructor(masterKey: Buffer) {
    if (masterKey.length !== 32) throw new RangeError('The master key must be 32 bytes long');
    const derive = (purpose: string): Buffer =>
      Buffer.from(hkdfSync('sha256', masterKey, '', `lantern ${purpose}`, 32));
    this.key = derive('sealed secrets');
    this.fingerprint = derive('fingerprint').toString('hex').slice(0, 32);
  }

  /** @param place where the result is kept, e.g. `access_keys/AKIA…`; it only opens for the same place */
  seal(text: string, place: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), iv, sealed, cipher.getAuthTag()]);
  }

  /** @throws SealError */
  open(sealed: Buffer, place: string): string {
    try {
      if (sealed[0] !== VERSION) throw new Error(`Unknown version ${sealed[0]}`);
      const iv = sealed.subarray(1, 1 + IV_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', this.key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(-TAG_BYTES));
      const text = decipher.update(sealed.subarray(1 + IV_BYTES, -TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new SealError(`The secret of ${place} does not open under this master key`, { cause });
    }
  }
}
