import { describe, expect, it } from 'vitest';
import { newSecret, readReceiptHandle, writeReceiptHandle } from './receipt-handle.js';

describe('a receipt handle', () => {
  const receipt = { queueId: 7, rowId: 123_456_789, secret: newSecret() };

  it('is read as it was written, by its own queue only', () => {
    const handle = writeReceiptHandle(receipt);
    expect(readReceiptHandle(handle, 7)).toEqual(receipt);
    expect(() => readReceiptHandle(handle, 8)).toThrow(`"${handle}" is not a valid receipt handle.`);
  });

  it('is refused where it is none', () => {
    const forged = `AQEB${Buffer.from("7:1' or '1'='1:x").toString('base64')}`;
    for (const handle of ['', 'garbage', 'AQEB', 'AQEB====', forged, '\0'.repeat(5_000)])
      expect(() => readReceiptHandle(handle, 7)).toThrow('is not a valid receipt handle');
  });
});
