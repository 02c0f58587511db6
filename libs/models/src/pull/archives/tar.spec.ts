import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { Allowance, ordinaryLimits } from './limits.js';
import { readTar } from './tar.js';
import { TAR_BLOCK_BYTES } from './tar-header.js';

type Header = Parameters<ReturnType<typeof pack>['entry']>[0];

/** An archive that an independent library writes. */
async function packed(...members: (readonly [Header, string?])[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content = ''] of members) archive.entry(header, content);
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function read(bytes: Buffer, { pieceBytes = 700, skip = false, limits = {} } = {}): Promise<[string, string][]> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, i) =>
    bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes),
  );
  const allowance = new Allowance('a.tar', bytes.length, { ...ordinaryLimits, ...limits });
  const found: [string, string][] = [];
  for await (const member of readTar('a.tar', allowance.counted(Readable.from(pieces)), allowance)) {
    const parts: Uint8Array[] = [];
    if (!skip) for await (const part of member.content()) parts.push(part);
    found.push([member.name, skip ? `${member.sizeBytes} bytes` : Buffer.concat(parts).toString()]);
  }
  return found;
}

/** A header block with a right checksum, for what no library writes. */
function block(name: string, { size = '0', type = '0' } = {}): Buffer {
  const header = Buffer.alloc(TAR_BLOCK_BYTES);
  header.write(name, 0);
  header.write(`${size.padStart(11, '0')} `, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** A file whose extended header says something of it. */
function withPax(record: string, content = 'hello'): Buffer {
  const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
  const length = String(record.length + 5).length + record.length + 2;
  const pax = Buffer.from(`${length} ${record}\n`);
  return Buffer.concat([
    block('pax', { size: pax.length.toString(8), type: 'x' }),
    padded(pax),
    block('a.txt', { size: content.length.toString(8) }),
    padded(Buffer.from(content)),
    Buffer.alloc(1024),
  ]);
}

describe('readTar', () => {
  it('reads the files of an archive, in order', async () => {
    const text = 'x'.repeat(5_000);
    const bytes = await packed(
      [{ name: 'a/', type: 'directory' }],
      [{ name: './a/one.txt' }, 'one'],
      [{ name: 'a/empty' }, ''],
      [{ name: `a/${'long/'.repeat(50)}two.txt` }, text],
      [{ name: 'grüße.txt' }, 'drei'],
    );
    const expected = [
      ['a/one.txt', 'one'],
      ['a/empty', ''],
      [`a/${'long/'.repeat(50)}two.txt`, text],
      ['grüße.txt', 'drei'],
    ];
    for (const pieceBytes of [1, 511, 512, 513, 100_000]) expect(await read(bytes, { pieceBytes })).toEqual(expected);
    expect(await read(bytes, { skip: true })).toEqual(expected.map(([name, content]) => [name, `${content?.length} bytes`]));
  });

  it.each([
    ['/etc/passwd', 'absolute path'],
    ['../up', 'outside its folder'],
    ['a/../../up', 'outside its folder'],
    ['C:/x', 'absolute path'],
    ['a\\..\\up', 'unsafe name'],
    ['a\nb', 'unsafe name'],
  ])('refuses the member %j', async (name, problem) => {
    await expect(read(await packed([{ name: 'fine' }, 'x'], [{ name }, 'x']))).rejects.toThrow(problem);
  });

  it.each([
    ['symlink', 'has a link'],
    ['link', 'has a link'],
    ['character-device', 'has a device'],
    ['block-device', 'has a device'],
    ['fifo', 'has a device'],
  ] as const)('refuses a %s', async (type, problem) => {
    await expect(read(await packed([{ name: 'x', type, linkname: '/etc/passwd' }]))).rejects.toThrow(problem);
  });

  it.each(['size=abc', 'size=-5', 'size= ', 'size=1e9', 'size=99999999999999999999', 'size=0x10'])(
    'refuses the extended header %j, which other readers wait on for ever or misread',
    (record) => expect(read(withPax(record))).rejects.toThrow('a member has no size'),
  );

  it('reads a path and a size from an extended header', async () => {
    expect(await read(withPax('path=b/c.txt'))).toEqual([['b/c.txt', 'hello']]);
    expect(await read(withPax('size=5'))).toEqual([['a.txt', 'hello']]);
    await expect(read(withPax('path=../../c.txt'))).rejects.toThrow('outside its folder');
  });

  it('refuses an extended header that would fill the memory', () =>
    expect(read(block('pax', { size: '4000000000', type: 'x' }))).rejects.toThrow('extended header of 536870912 bytes'));

  it('refuses every truncation, also between members and before the end mark', async () => {
    const bytes = await packed([{ name: 'one' }, 'one'], [{ name: 'two' }, 'two']);
    for (let length = 0; length < bytes.length - 2 * TAR_BLOCK_BYTES; length += 64)
      await expect(read(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow('is cut off');
  });

  it('refuses headers that are none', async () => {
    const bytes = await packed([{ name: 'one' }, 'one']);
    bytes[3]! ^= 1;
    await expect(read(bytes)).rejects.toThrow('the checksum of a header does not fit');
    await expect(read(Buffer.from('<html>'.repeat(200)))).rejects.toThrow('checksum');
  });

  it('refuses more members, more bytes and more growth than the limits allow', async () => {
    const bytes = await packed([{ name: 'one' }, 'x'.repeat(4_000)], [{ name: 'two' }, 'two']);
    await expect(read(bytes, { limits: { maxMembers: 1 } })).rejects.toThrow('more than 1 members');
    await expect(read(bytes, { limits: { maxBytes: 3_000 } })).rejects.toThrow('holds more than 3000 bytes');
    const growing = { maxRatio: 0.5, ratioFromBytes: 1_000 };
    await expect(read(bytes, { limits: growing })).rejects.toThrow('grows to more than 0.5 times its size');
  });
});
