/** Sequence numbers have twenty digits, so that they sort as texts too. */
const FIRST = 18_000_000_000_000_000_000n;

/** A FIFO message's number, which grows within its group, from the number of its row. */
export const sequenceNumberOf = (row: number): string => String(FIRST + BigInt(row));
