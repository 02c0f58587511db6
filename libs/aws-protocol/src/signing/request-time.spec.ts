import { describe, expect, it } from 'vitest';
import { formatBasicTime, formatIsoSeconds, parseBasicTime, parseDateHeader } from './request-time.js';

describe('request times', () => {
  it('are read in the basic form and written back', () => {
    expect(parseBasicTime('20150830T123600Z')).toBe(Date.parse('2015-08-30T12:36:00Z'));
    expect(parseBasicTime('20240229T235959Z')).toBe(Date.parse('2024-02-29T23:59:59Z'));
    expect(formatBasicTime(Date.parse('2015-08-30T12:36:00.789Z'))).toBe('20150830T123600Z');
    expect(formatIsoSeconds(Date.parse('2015-08-30T12:36:00.789Z'))).toBe('2015-08-30T12:36:00Z');
  });

  it.each([
    '20150230T000000Z',
    '20151301T000000Z',
    '20150101T240000Z',
    '20150101T006000Z',
    '20150101T000060Z',
    '20150001T000000Z',
  ])('%s does not exist', (text) => {
    expect(parseBasicTime(text)).toBeUndefined();
  });

  it.each(['', '2015-08-30T12:36:00Z', '20150830T123600', '20150830T123600Z\n', 'yesterday'])(
    '%j is no time',
    (text) => {
      expect(parseDateHeader(text)).toBeUndefined();
    },
  );

  it('are read from HTTP dates too', () => {
    expect(parseDateHeader('Fri, 24 May 2013 00:00:00 GMT')).toBe(Date.parse('2013-05-24T00:00:00Z'));
  });
});
