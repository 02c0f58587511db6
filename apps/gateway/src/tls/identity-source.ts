import { openSecretStore, type Database } from '@lantern/store';
import type { Config } from '../config.js';
import type { TlsIdentity } from '../mux/tls-front.js';
import { readIdentity } from './identity-files.js';
import { hasCertificateFile, sharedIdentity } from './shared-identity.js';

/** A start has better things to do; clients that want to trust the certificate need its file soon after. */
const preparedAfterMs = 1_000;

/** Where the certificate for TLS comes from. */
export interface IdentitySource {
  /** The certificate, made at its first use where there is none. */
  get(): Promise<TlsIdentity>;
  /** Sees to it that the file which clients are told to trust is there soon. */
  prepare(): void;
  /** Resolves when nothing is in the making any more. */
  close(): Promise<void>;
}

/**
 * Opens the operator's files, or what the installation shares.
 * @throws ConfigurationError where the operator's files are no certificate with its key
 */
export async function openIdentitySource(config: Config, database: Database): Promise<IdentitySource> {
  if (config.tls) {
    const identity = await readIdentity(config.tls);
    return { get: () => Promise.resolve(identity), prepare: () => undefined, close: () => Promise.resolve() };
  }
  const { dataDir, masterKey, host } = config;
  return new SharedIdentitySource(dataDir, async () =>
    sharedIdentity(await openSecretStore({ database, dataDir, masterKey }), dataDir, host),
  );
}

class SharedIdentitySource implements IdentitySource {
  private making: Promise<TlsIdentity> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly dataDir: string,
    private readonly make: () => Promise<TlsIdentity>,
  ) {}

  get(): Promise<TlsIdentity> {
    return (this.making ??= this.make().catch((error: unknown) => {
      this.making = undefined;
      throw error;
    }));
  }

  prepare(): void {
    this.timer = setTimeout(() => {
      // A failure here is told at the first hello, when somebody wants the certificate.
      void hasCertificateFile(this.dataDir)
        .then((there) => (there ? undefined : this.get()))
        .catch(() => undefined);
    }, preparedAfterMs);
    this.timer.unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.making?.catch(() => undefined);
  }
}
