import { ArchiveError } from './archive-error.js';

/** What an archive may hold. Weights hardly shrink: an archive that grows hundredfold holds no model. */
export interface ArchiveLimits {
  /** Members, folders included. */
  readonly maxMembers: number;
  /** Bytes of all that is unpacked or passed over. */
  readonly maxBytes: number;
  /** Unpacked bytes for each byte of the archive. */
  readonly maxRatio: number;
  /** Below this many bytes the ratio is of no concern: a text of blanks is harmless. */
  readonly ratioFromBytes: number;
}

export const ordinaryLimits: ArchiveLimits = {
  maxMembers: 20_000,
  maxBytes: 32e9,
  maxRatio: 100,
  ratioFromBytes: 32e6,
};

/** Counts what comes out of one archive and refuses what is too much. */
export class Allowance {
  private nMembers = 0;
  private bytes = 0;

  /** @param archiveBytes the archive's own size */
  constructor(
    private readonly label: string,
    private readonly archiveBytes: number,
    private readonly limits: ArchiveLimits,
  ) {}

  takeMember(): void {
    if (++this.nMembers > this.limits.maxMembers)
      throw new ArchiveError(this.label, `has more than ${this.limits.maxMembers} members`);
  }

  takeBytes(nBytes: number): void {
    const { maxBytes, maxRatio, ratioFromBytes } = this.limits;
    this.bytes += nBytes;
    if (this.bytes > maxBytes) throw new ArchiveError(this.label, `holds more than ${maxBytes} bytes`);
    if (this.bytes > ratioFromBytes && this.bytes > maxRatio * this.archiveBytes)
      throw new ArchiveError(this.label, `grows to more than ${maxRatio} times its size, as no model does`);
  }

  /** Passes bytes on and counts them. */
  async *counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.takeBytes(chunk.length);
      yield chunk;
    }
  }
}
