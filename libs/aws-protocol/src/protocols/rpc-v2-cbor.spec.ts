import { cbor, tag } from '@smithy/core/cbor';
import { describe, expect, it } from 'vitest';
import { CborWriter } from '../cbor/cbor-writer.js';
import { ServiceError } from '../errors.js';
import { operationOf, textApi } from '../example-services.fixture.js';
import { requestOf } from '../signing/signing.fixture.js';
import { RpcV2CborProtocol } from './rpc-v2-cbor.js';

const protocol = new RpcV2CborProtocol();
const context = { requestId: 'r-1', method: 'POST' };
const detect = operationOf(textApi, 'Detect');
const request = requestOf('POST', '/service/Comprehend_20171127/operation/Detect');

const readBytes = (bytes: Uint8Array) => protocol.readRequest(textApi, detect, request, Buffer.from(bytes));
const read = (value: unknown) => readBytes(cbor.serialize(value));
const time = (seconds: number) => tag({ tag: 1, value: seconds });

const everything = {
  Text: 'é',
  LanguageCode: 'en',
  Count: 3,
  Score: 1.25,
  Big: 2 ** 40,
  Flag: false,
  Image: Buffer.of(1, 2, 3),
  Time: new Date(1_500),
  Tags: [{ Key: 'k', Value: 'v' }],
  Keys: ['a', 'b'],
  Labels: { x: 'y' },
  Tree: { Left: { Name: 'deep' } },
};

describe('rpcv2Cbor', () => {
  it('comes back as it was written', () => {
    const { headers, body, status } = protocol.writeResponse(textApi, detect, everything, context);
    expect(status).toBe(200);
    expect(headers).toEqual({
      'smithy-protocol': 'rpc-v2-cbor',
      'content-type': 'application/cbor',
      'x-amzn-requestid': 'r-1',
    });
    expect(readBytes(body as Uint8Array)).toEqual(everything);
  });

  it('writes times under tag 1 and nothing for what is undefined', () => {
    const { body } = protocol.writeResponse(textApi, detect, { Time: new Date(1_500), Text: undefined }, context);
    expect(Buffer.from(body as Uint8Array).toString('hex')).toBe('a16454696d65c1fb3ff8000000000000');
  });

  it('reads what it knows, and ignores nulls and what it does not know', () => {
    expect(
      read({ Text: 'a', Count: null, Unknown: { a: [1] }, Keys: ['a', null, 'b'], Labels: { a: null, b: 'c' } }),
    ).toEqual({
      Text: 'a',
      Keys: ['a', 'b'],
      Labels: { b: 'c' },
    });
    expect(readBytes(Buffer.alloc(0))).toEqual({});
    expect(readBytes(Buffer.of(0xf6))).toEqual({});
  });

  it('takes __proto__ for a key like any other', () => {
    const writer = new CborWriter();
    writer.map(2);
    writer.text('__proto__');
    writer.map(1);
    writer.text('Text');
    writer.text('x');
    writer.text('Labels');
    writer.map(1);
    writer.text('__proto__');
    writer.text('y');
    const input = readBytes(writer.finish());
    expect(Object.keys(input['Labels'] as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['Text']).toBeUndefined();
  });

  it.each<[value: unknown, message: string]>([
    [{ Text: 5 }, 'A number can not be converted to a String'],
    [{ Text: Buffer.of(1) }, 'A byte string can not be converted to a String'],
    [{ Count: 'three' }, 'A string can not be converted to an Integer'],
    [{ Count: 1.5 }, 'A number can not be converted to an Integer'],
    [{ Count: 2 ** 40 }, `${2 ** 40} is out of range for an Integer`],
    [{ Flag: 1 }, 'A number can not be converted to a Boolean'],
    [{ Image: 'AQID' }, 'A string can not be converted to a Blob'],
    [{ Time: 1.5 }, 'A number can not be converted to a Timestamp'],
    [{ Time: time(1e300) }, 'A value can not be converted to a Timestamp'],
    [{ Keys: 'a' }, 'A string can not be converted to a list'],
    [{ Labels: ['a'] }, 'An array can not be converted to a map'],
    [{ Tree: [] }, 'An array can not be converted to a structure'],
    [['a'], 'Start of structure or map found where not expected.'],
  ])('refuses %j', (value, message) => {
    expect(() => read(value)).toThrow(
      expect.objectContaining({ code: 'SerializationException', status: 400, message }),
    );
  });

  it('calls broken bytes a serialization error', () => {
    expect(() => readBytes(Buffer.of(0xa1))).toThrow(
      expect.objectContaining({
        code: 'SerializationException',
        message: 'The body is not valid CBOR: it is cut short',
      }),
    );
  });

  it('writes an error with its type in the body', () => {
    const { status, headers, body } = protocol.writeError(
      textApi,
      new ServiceError('Oops', 'why', 418, { Extra: 1 }),
      context,
    );
    expect([status, headers['smithy-protocol'], headers['content-type']]).toEqual([
      418,
      'rpc-v2-cbor',
      'application/cbor',
    ]);
    expect(cbor.deserialize(body as Uint8Array)).toEqual({ __type: 'Oops', message: 'why', Extra: 1 });
  });

  it('answers an operation without output with nothing', () => {
    const { headers, body } = protocol.writeResponse(textApi, { ...detect, output: 'Unit' }, {}, context);
    expect([headers['content-type' as keyof typeof headers], body]).toEqual([undefined, '']);
  });
});
