import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readOrCreatePrivateFile } from '../private-files.js';

/**
 * Reads the key that protects secrets at rest: `setting`, else the file `<dataDir>/master.key`, which is made (mode
 * 0600) where there is none. Processes that share a database must share the key.
 * @param setting 32 bytes as 64 hexadecimal digits or as base64
 * @throws Error if the text is neither
 */
export async function loadMasterKey(dataDir: string, setting?: string): Promise<Buffer> {
  if (setting !== undefined) return parseKey(setting, 'The master key setting');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'master.key');
  return parseKey(await readOrCreatePrivateFile(path, `${randomBytes(32).toString('hex')}\n`), path);
}

function parseKey(text: string, where: string): Buffer {
  const trimmed = text.trim();
  if (/^[\da-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex');
  if (/^[\w+/-]{43}=?$/.test(trimmed)) return Buffer.from(trimmed, 'base64');
  throw new Error(`${where} must be 32 bytes, as 64 hexadecimal digits or as base64 (openssl rand -hex 32)`);
}
