/**
 * A QuickTime file whose samples are said to lie in another file: its data reference is replaced by a Macintosh alias with
 * an absolute path (QuickTime File Format Specification, "Data Reference Atoms"), its own samples by zeros.
 * @param file one track, its `moov` box behind its samples
 */
export function withReference(file: Buffer, path: string): Buffer {
  const emptied = Buffer.from(file);
  const mdat = emptied.indexOf('mdat');
  const moov = emptied.lastIndexOf('moov');
  emptied.fill(0, mdat + 4, moov - 4);
  const dref = emptied.indexOf('dref');
  const entry = dref + 12; // after the box's type, version and number of entries
  const old = emptied.readUInt32BE(entry);
  const alias = aliasEntry(path);
  // Every box around the reference grows with it.
  for (const type of ['moov', 'trak', 'mdia', 'minf', 'dinf', 'dref']) {
    const at = emptied.lastIndexOf(type, dref) - 4;
    emptied.writeUInt32BE(emptied.readUInt32BE(at) + alias.length - old, at);
  }
  return Buffer.concat([emptied.subarray(0, entry), alias, emptied.subarray(entry + old)]);
}

function aliasEntry(path: string): Buffer {
  const fixed = Buffer.alloc(10 + 1 + 27 + 12 + 1 + 63 + 16 + 2 + 2 + 16);
  const text = Buffer.from(path.length % 2 === 0 ? path : `${path}\0`);
  const absolute = Buffer.alloc(4);
  absolute.writeUInt16BE(2, 0);
  absolute.writeUInt16BE(text.length, 2);
  const body = Buffer.concat([Buffer.from('alis\0\0\0\0'), fixed, absolute, text, Buffer.from('ffff0000', 'hex')]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length + 4);
  return Buffer.concat([size, body]);
}
