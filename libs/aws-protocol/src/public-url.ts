/** Under which address the suite's clients reach it; the beginning of every link that is handed out. */
export class PublicUrl {
  private listening: string | undefined;

  /** @param configured an origin such as `https://lantern.example`; the listening address unless given */
  constructor(private readonly configured?: string) {}

  /** Without a slash at the end. */
  get origin(): string {
    return this.configured ?? this.listening ?? 'http://localhost';
  }

  /** Tells where this process listens. Only the last call counts. */
  listensAt(origin: string): void {
    // Nobody can connect to the address that means all addresses.
    this.listening = origin.replace(/^(https?:\/\/)(0\.0\.0\.0|\[::\])(?=[:/]|$)/, '$1localhost');
  }
}
