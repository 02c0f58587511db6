/** Where a document lies in a job's input, in the terms of AWS's output file. */
export interface DocumentPlace {
  /** Name of the object, seen from the folder that the input URI names. */
  readonly file: string;
  /** Number of the line from 0; absent where each file is one document. */
  readonly line?: number;
}

/** Why a document could not be analysed. The codes go into the output file. */
export interface DocumentError {
  readonly code: string;
  readonly message: string;
}

/** A document that was read, or what is wrong with it. */
export type InputDocument =
  | { readonly place: DocumentPlace; readonly text: string; readonly error?: undefined }
  | { readonly place: DocumentPlace; readonly text?: undefined; readonly error: DocumentError };
