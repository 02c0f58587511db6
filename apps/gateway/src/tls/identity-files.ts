import { createSecureContext } from 'node:tls';
import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../config.js';
import type { TlsIdentity } from '../mux/tls-front.js';

/**
 * Reads a certificate and its key from the operator's files.
 * @throws ConfigurationError where a file cannot be read, or the two do not belong together
 */
export async function readIdentity(files: { certificate: string; key: string }): Promise<TlsIdentity> {
  const problems: string[] = [];
  const read = (setting: string, path: string) =>
    readFile(path, 'utf8').catch((error: Error) => {
      problems.push(`${setting} cannot be read: ${error.message}`);
      return '';
    });
  const certificate = await read('LANTERN_TLS_CERT', files.certificate);
  const privateKey = await read('LANTERN_TLS_KEY', files.key);
  if (problems.length === 0) {
    try {
      createSecureContext({ cert: certificate, key: privateKey });
    } catch (error) {
      problems.push(`LANTERN_TLS_CERT and LANTERN_TLS_KEY are no certificate with its key: ${String(error)}`);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { certificate, privateKey };
}
