/** The calls that every client makes, in the words of the table. */
export const calls = [
  'Comprehend DetectDominantLanguage answers',
  'STS GetCallerIdentity knows the account',
  'S3 GetObject gives back what PutObject took',
  'S3 GetObject of a missing key is NoSuchKey',
  'Polly DescribeVoices reaches Polly',
] as const;

export type CallName = (typeof calls)[number];

/** What a client made of each call: `ok`, or what went wrong. */
export type Outcomes = Readonly<Record<CallName, string>>;

export const transportNames = ['HTTP/1.1', 'HTTP/2', 'HTTP/1.1, TLS', 'HTTP/2, TLS'] as const;

/** One cell of the table. */
export interface ClientRun {
  readonly client: string;
  readonly version: string;
  readonly transport: (typeof transportNames)[number];
  readonly outcomes: Outcomes;
}

/** Where a suite listens, and what a client needs to call it. */
export interface Reach {
  /** `host:port`. */
  readonly host: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Twelve digits. */
  readonly account: string;
  /** The certificate's file that clients are told to trust. */
  readonly certificateFile: string;
  /** A folder for what clients write. */
  readonly folder: string;
}

/** The language of this text is German; every client asks for it. */
export const germanText = 'Wie komme ich am schnellsten zum Bahnhof?';

/** Polly answers, or says as its client's error that the operation is not done: both came over the wire. */
export const reachesPolly = (error: unknown) => /NotImplemented/.test(String(error));
