import { Injectable } from '@nestjs/common';
import type { PublicFile, PublicFileSource } from '@lantern/aws-protocol';
import { MessageSigner } from './message-signer.js';

/** Paths of certificates, whoever's. */
export const certificatePath = /^\/SimpleNotificationService-[\da-f]{32}\.pem$/;

/** Serves the certificate with which receivers verify what they get. */
@Injectable()
export class CertificateFile implements PublicFileSource {
  constructor(private readonly signer: MessageSigner) {}

  async read(path: string): Promise<PublicFile | undefined> {
    const content = await this.signer.certificateAt(path);
    return content === undefined ? undefined : { contentType: 'application/x-pem-file', content };
  }
}
