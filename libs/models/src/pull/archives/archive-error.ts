/** An archive that is damaged, or that no honest publisher would make; nothing of it is kept. */
export class ArchiveError extends Error {
  constructor(label: string, problem: string, options?: ErrorOptions) {
    super(`${label} ${problem}`, options);
    this.name = 'ArchiveError';
  }
}
