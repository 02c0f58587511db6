/** A seeded generator (mulberry32), so that a failure can be repeated. */
export class Chance {
  constructor(private state: number) {}

  number(below: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.number(items.length)];
    if (item === undefined) throw new Error('Nothing to choose from');
    return item;
  }

  /** Damages a text: bytes cut, doubled, replaced or put in. */
  damage(text: string): Buffer {
    return this.damageBytes(Buffer.from(text), fragments);
  }

  /** Damages bytes; `pieces` are what may be put in. */
  damageBytes(whole: Buffer, inserted: readonly (string | Buffer)[]): Buffer {
    let bytes = whole;
    for (let times = this.number(6); times > 0; times--) {
      const at = this.number(bytes.length + 1);
      const head = bytes.subarray(0, at);
      const tail = bytes.subarray(at);
      const pieces = [
        [head],
        [head, tail.subarray(this.number(20)) /* a gap */],
        [head, Buffer.from([this.number(256)]), tail.subarray(1)],
        [head, Buffer.from(this.of(inserted)), tail],
        [head, head.subarray(-this.number(30)), tail],
      ];
      bytes = Buffer.concat(this.of(pieces));
    }
    return bytes;
  }
}

const fragments = [
  '"', '{', '}', '[', ']', ':', ',', 'null', 'true', '1e999', '-0', '1e-7', '"NaN"', '9007199254740993', '\\u0000', '\\ud800',
  '"__proto__":', '"constructor":{"prototype":{}},', '<', '>', '&', '&amp;', '&#x110000;', '&#xD800;', '&lol;', '<![CDATA[', ']]>',
  '<!--', '-->', '<?x', '<!DOCTYPE a [<!ENTITY b "c">]>', '</', '/>', 'xmlns="x"', '%', '%00', '%zz', '%ff', '+', '&=', '=', '.', '..',
  '.member.1', '.entry.1.key', '.member.99999999999', '__proto__', '\r\n', '\u0000', '\ufeff', '\u2028', '😀', 'toString',
]; // prettier-ignore
