import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { SecretStore } from '@lantern/store';
import { makeSigningIdentity } from './certificate.js';

/** `1` signs with SHA-1, as SNS does by default; `2` with SHA-256. */
export type SignatureVersion = '1' | '2';

const digests: Readonly<Record<SignatureVersion, string>> = { 1: 'sha1', 2: 'sha256' };

/** The name under which all processes find the same key. */
const secretName = 'sns/signing';

const signInBackground = promisify<string, Buffer, KeyObject, Buffer>(sign);

interface Signing {
  readonly key: KeyObject;
  /** PEM. */
  readonly certificate: string;
  /** Path of the certificate, of the form that verifiers expect of SNS. */
  readonly path: string;
}

/** Signs what SNS sends, with a key that the installation's processes share. */
@Injectable()
export class MessageSigner {
  private loaded: Promise<Signing> | undefined;

  constructor(private readonly secrets: SecretStore) {}

  /** @returns the signature in base64 */
  async sign(text: string, version: SignatureVersion): Promise<string> {
    const { key } = await this.load();
    const signature = await signInBackground(digests[version], Buffer.from(text, 'utf8'), key);
    return signature.toString('base64');
  }

  /** Where the certificate is served: `/SimpleNotificationService-<32 hexadecimal digits>.pem`. */
  async certificatePath(): Promise<string> {
    return (await this.load()).path;
  }

  /** The certificate as PEM, if `path` is its path. */
  async certificateAt(path: string): Promise<string | undefined> {
    const signing = await this.load();
    return path === signing.path ? signing.certificate : undefined;
  }

  private load(): Promise<Signing> {
    this.loaded ??= this.open().catch((error: unknown) => {
      this.loaded = undefined;
      throw error;
    });
    return this.loaded;
  }

  private async open(): Promise<Signing> {
    const secret = await this.secrets.getOrCreate(secretName, async () =>
      Buffer.from(JSON.stringify(await makeSigningIdentity())),
    );
    const identity: unknown = JSON.parse(secret.toString('utf8'));
    if (!isSigningIdentity(identity)) throw new Error(`The secret ${secretName} is not in the form written here`);
    const { privateKey, certificate } = identity;
    const name = createHash('sha256').update(certificate).digest('hex').slice(0, 32);
    return { key: createPrivateKey(privateKey), certificate, path: `/SimpleNotificationService-${name}.pem` };
  }
}

const isSigningIdentity = (value: unknown): value is { privateKey: string; certificate: string } =>
  typeof value === 'object' &&
  value !== null &&
  'privateKey' in value &&
  typeof value.privateKey === 'string' &&
  'certificate' in value &&
  typeof value.certificate === 'string';
