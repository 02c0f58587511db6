import { describe, expect, it } from 'vitest';
import { covers, haveCommon } from './event-names.js';

describe('names of events', () => {
  it('cover themselves, and all of their kind with a star', () => {
    expect(covers('s3:ObjectCreated:*', 'ObjectCreated:Put')).toBe(true);
    expect(covers('s3:ObjectCreated:Put', 'ObjectCreated:Put')).toBe(true);
    expect(covers('s3:ObjectCreated:Put', 'ObjectCreated:Copy')).toBe(false);
    expect(covers('s3:ObjectRemoved:*', 'ObjectCreated:Put')).toBe(false);
  });

  it('have events in common, or not', () => {
    expect(haveCommon('s3:ObjectCreated:*', 's3:ObjectCreated:Put')).toBe(true);
    expect(haveCommon('s3:ObjectCreated:Put', 's3:ObjectCreated:*')).toBe(true);
    expect(haveCommon('s3:ObjectCreated:*', 's3:ObjectCreated:*')).toBe(true);
    expect(haveCommon('s3:ObjectCreated:Put', 's3:ObjectCreated:Copy')).toBe(false);
    expect(haveCommon('s3:ObjectCreated:*', 's3:ObjectRemoved:*')).toBe(false);
  });
});
