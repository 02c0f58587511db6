import type { Installation } from '../../support/installation.js';
import { seeded } from '../../support/malformed.js';

/** Kills processes of an installation, one after the other, until it is told to stop. */
export class Killer {
  /** Kills of each part. */
  readonly kills = new Map<string, number>();
  private isOver = false;
  private readonly done: Promise<void>;

  constructor(
    private readonly installation: Installation,
    seed: string,
  ) {
    this.done = this.kill(seeded(seed));
  }

  /** Resolves when all processes run again. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.done;
  }

  private async kill(random: () => number): Promise<void> {
    const { parts } = this.installation;
    while (!this.isOver) {
      await new Promise((resolve) => setTimeout(resolve, 300 + 1_200 * random()));
      const part = parts[Math.floor(random() * parts.length)];
      if (!part) throw new Error('there is nothing to kill');
      await this.installation.restart(part.name);
      this.kills.set(part.name, (this.kills.get(part.name) ?? 0) + 1);
    }
  }
}
