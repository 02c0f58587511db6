import { randomUUID } from 'node:crypto';
import { access, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SecretStore } from '@lantern/store';
import type { TlsIdentity } from '../mux/tls-front.js';
import { selfSigned } from './self-signed.js';

const secretName = 'tls/self-signed';

/** File in the data directory that clients are told to trust. */
export const certificateFile = (dataDir: string) => join(dataDir, 'tls-certificate.pem');

/**
 * The certificate that the processes of an installation share, made by the first that is asked; also written into the
 * data directory.
 * @param host the address listened on, which the certificate names beside the usual names of this machine
 */
export async function sharedIdentity(secrets: SecretStore, dataDir: string, host: string): Promise<TlsIdentity> {
  const secret = await secrets.getOrCreate(secretName, async () =>
    Buffer.from(JSON.stringify(await selfSigned(namesOf(host)))),
  );
  // What the line above wrote, perhaps in another process.
  const identity = JSON.parse(secret.toString('utf8')) as TlsIdentity;
  await keepFile(certificateFile(dataDir), identity.certificate);
  return identity;
}

/** Whether the certificate's file is there. */
export const hasCertificateFile = (dataDir: string): Promise<boolean> =>
  access(certificateFile(dataDir)).then(
    () => true,
    () => false,
  );

/** Loopback, S3's virtual hosts on it, this machine, and the address listened on unless that is all addresses. */
function namesOf(host: string): string[] {
  const names = ['localhost', '*.localhost', '*.s3.localhost', '127.0.0.1', '::1', hostname()];
  if (host !== '0.0.0.0' && host !== '::') names.push(host);
  return [...new Set(names)];
}

/** Writes where the content differs, whole or not at all: clients read while processes start. */
async function keepFile(path: string, content: string): Promise<void> {
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present === content) return;
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, content, { mode: 0o644 });
  await rename(temporary, path);
}
