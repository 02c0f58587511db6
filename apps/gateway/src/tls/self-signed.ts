import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type { TlsIdentity } from '../mux/tls-front.js';

/** Renewing would break every client that trusts it, and who wants short lives brings a certificate of their own. */
const lifeMs = 10 * 365 * 24 * 60 * 60_000;

/** Clocks differ a little between the machines of an installation. */
const skewMs = 60 * 60_000;

/**
 * Makes a certificate that is its own authority, for ECDSA on P-256.
 * @param names host names and IP addresses that it is good for
 */
export async function selfSigned(names: readonly string[], now = Date.now()): Promise<TlsIdentity> {
  // Loaded where it is wanted: once in the life of an installation.
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Lantern self-signed',
    serialNumber: serialNumber().toString('hex'),
    notBefore: new Date(now - skewMs),
    notAfter: new Date(now + lifeMs),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    keys,
    extensions: [
      // No authority: whoever trusts this certificate trusts the suite and no other site.
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    privateKey: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
  };
}

/** Sixteen random bytes that are a positive number (RFC 5280, section 4.1.2.2). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}
