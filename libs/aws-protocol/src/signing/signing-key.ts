import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { CredentialScope } from './credential-scope.js';

/** Enough for a day's keys of hundreds of callers in several services; an entry is well below 1 KiB. */
const CAPACITY = 1_000;

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * Signing keys by secret, date, region and service. Deriving one takes four HMACs and a key serves a whole day, so the
 * most recently used ones are kept.
 */
export class SigningKeys {
  private readonly keys = new Map<string, KeyObject>();

  constructor(private readonly capacity = CAPACITY) {}

  get(secretAccessKey: string, { date, region, service }: CredentialScope): KeyObject {
    // Scope parts hold no slash (they were parsed), so the name is unambiguous.
    const name = `${date}/${region}/${service}/${secretAccessKey}`;
    const known = this.keys.get(name);
    if (known !== undefined) {
      // A map iterates in order of insertion: moving the key to the end makes the first one the least recently used.
      this.keys.delete(name);
      this.keys.set(name, known);
      return known;
    }
    const key = createSecretKey(
      hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), 'aws4_request'),
    );
    this.keys.set(name, key);
    if (this.keys.size > this.capacity) this.keys.delete(this.keys.keys().next().value ?? name);
    return key;
  }

  get size(): number {
    return this.keys.size;
  }
}
