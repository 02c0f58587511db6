import { describe, expect, it } from 'vitest';
import { readMediaUri } from './s3-location.js';

describe('readMediaUri', () => {
  const origin = 'http://127.0.0.1:4566';
  it.each([
    ['s3://calls/2026/one.wav', { bucket: 'calls', key: '2026/one.wav' }],
    ['https://s3.us-west-2.amazonaws.com/calls/one%20two.wav', { bucket: 'calls', key: 'one two.wav' }],
    ['https://s3-us-west-2.amazonaws.com/calls/one.wav', { bucket: 'calls', key: 'one.wav' }],
    ['https://s3.amazonaws.com/calls/one.wav', { bucket: 'calls', key: 'one.wav' }],
    ['https://my.calls.s3.eu-west-1.amazonaws.com/a/b.mp3', { bucket: 'my.calls', key: 'a/b.mp3' }],
    ['http://127.0.0.1:4566/calls/a/b.mp3', { bucket: 'calls', key: 'a/b.mp3' }],
  ])('reads %s', (uri, location) => expect(readMediaUri(uri, origin)).toEqual(location));

  it.each([
    's3://calls',
    's3://calls/',
    's3:///key',
    'https://example.com/calls/one.wav',
    'http://127.0.0.1:4567/calls/one.wav',
    'https://s3.amazonaws.com/calls',
    'https://s3.amazonaws.com/calls/%zz',
    'https://s3.amazonaws.com.example.com/calls/one.wav',
  ])('refuses %s', (uri) => expect(readMediaUri(uri, origin)).toBeUndefined());
});
