import { randomBytes, webcrypto } from 'node:crypto';

/** A private key and its self-signed certificate, both as PEM. */
export interface SigningIdentity {
  readonly privateKey: string;
  readonly certificate: string;
}

const keyAlgorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const lifetimeYears = 20;

/** Makes the key that signs notifications and its certificate; half a second of another thread, once per installation. */
export async function makeSigningIdentity(): Promise<SigningIdentity> {
  // The certificate library wants this polyfill; both are loaded only where a certificate is made.
  await import('reflect-metadata');
  const { PemConverter, X509CertificateGenerator } = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const notBefore = new Date(Date.now() - 60_000);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + lifetimeYears);
  const subject = {
    // Positive, whatever the random bytes are.
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: 'CN=sns.lantern, O=Lantern',
    notBefore,
    notAfter,
  };
  const options = { ...subject, keys, signingAlgorithm: keyAlgorithm };
  const certificate = await X509CertificateGenerator.createSelfSigned(options, webcrypto);
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    privateKey: `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
    certificate: `${certificate.toString('pem')}\n`,
  };
}
