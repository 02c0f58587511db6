import type { ObjectStore, ObjectSummary } from '@lantern/store';
import type { S3Location } from './s3-location.js';

/** Keys that one request to the store lists. */
const PAGE_KEYS = 1_000;

/** Which objects a job reads. */
export interface InputPlace extends S3Location {
  readonly account: string;
  /** Keys that begin so are left out: the job's own output, should a second run find it there. */
  readonly withoutKeysUnder: S3Location;
}

/**
 * Every object whose key begins with the input's, in the order of keys, as
 * https://docs.aws.amazon.com/comprehend/latest/APIReference/API_InputDataConfig.html says. The empty objects that consoles
 * make as folders are none.
 */
export async function* inputObjects(objects: ObjectStore, place: InputPlace): AsyncGenerator<ObjectSummary> {
  const { account, bucket, key: prefix, withoutKeysUnder: output } = place;
  const isOutput = (key: string) => bucket === output.bucket && key.startsWith(output.key);
  let startAfter: string | undefined;
  do {
    const page = await objects.list(
      { account, bucket },
      { prefix, maxKeys: PAGE_KEYS, ...(startAfter === undefined ? {} : { startAfter }) },
    );
    for (const summary of page.objects) {
      const isFolder = summary.key.endsWith('/') && summary.sizeBytes === 0;
      if (!isFolder && !isOutput(summary.key)) yield summary;
    }
    startAfter = page.nextStartAfter;
  } while (startAfter !== undefined);
}

/** An object's name seen from the folder that the prefix names: `reviews/2024/a.txt` under `reviews/20` is `2024/a.txt`. */
export const nameUnder = (prefix: string, key: string): string => key.slice(prefix.lastIndexOf('/') + 1);
