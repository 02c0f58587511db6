import { randomBytes } from 'node:crypto';
import { ReceiptHandleIsInvalid } from '../api/index.js';

/** Which message, and which of its receives. */
export interface Receipt {
  readonly queueId: number;
  /** The message's row. */
  readonly rowId: number;
  /** Drawn anew by each receive. */
  readonly secret: string;
}

const PREFIX = 'AQEB';

/** A secret for one receive. */
export const newSecret = (): string => randomBytes(18).toString('base64url');

/** Opaque to clients. */
export const writeReceiptHandle = ({ queueId, rowId, secret }: Receipt): string =>
  PREFIX + Buffer.from(`${queueId}:${rowId}:${secret}`).toString('base64');

/**
 * Reads a receipt handle of a queue.
 * @throws ReceiptHandleIsInvalid where it is none, or another queue's
 */
export function readReceiptHandle(handle: string, queueId: number): Receipt {
  const text = handle.startsWith(PREFIX) ? Buffer.from(handle.slice(PREFIX.length), 'base64').toString('latin1') : '';
  const [, queue, row, secret] = /^(\d{1,15}):(\d{1,15}):([\w-]{24})$/.exec(text) ?? [];
  if (secret === undefined || Number(queue) !== queueId)
    throw new ReceiptHandleIsInvalid(
      `The input receipt handle "${handle.slice(0, 1024)}" is not a valid receipt handle.`,
    );
  return { queueId, rowId: Number(row), secret };
}
