import { crc32 } from 'node:zlib';
import { deflateSync } from 'node:zlib';

/** A PNG of a few hundred bytes that claims to be huge. */
export function pngBomb(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(100_000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A JPEG header that claims to be huge, with one component and the beginning of a scan. */
export function jpegBomb(width: number, height: number): Uint8Array {
  const frame = Buffer.from('ffc0000b080000000001011100', 'hex');
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const quantisation = Buffer.concat([Buffer.from('ffdb004300', 'hex'), Buffer.alloc(64, 1)]);
  const codes = Buffer.concat([Buffer.from('ffc4001400', 'hex'), Buffer.from([1]), Buffer.alloc(15), Buffer.from([0])]);
  const scan = Buffer.from('ffda0008010100003f00', 'hex');
  return Buffer.concat([
    Buffer.from('ffd8', 'hex'),
    quantisation,
    frame,
    codes,
    scan,
    Buffer.alloc(16),
    Buffer.from('ffd9', 'hex'),
  ]);
}

/** A GIF whose screen and only frame claim to be huge. */
export function gifBomb(width: number, height: number): Uint8Array {
  const screen = Buffer.from('474946383961000000008000000000' + '00ffffff', 'hex');
  screen.writeUInt16LE(width, 6);
  screen.writeUInt16LE(height, 8);
  const frame = Buffer.from('2c00000000000000000002024c01003b', 'hex');
  frame.writeUInt16LE(width, 5);
  frame.writeUInt16LE(height, 7);
  return Buffer.concat([screen, frame]);
}
