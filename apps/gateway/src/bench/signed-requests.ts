import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { SignatureV4 } from '@smithy/signature-v4';

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Node's SHA-256 as the SDK's signer takes it. */
class Sha256 {
  private readonly secret: Buffer | undefined;
  private hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.secret = secret === undefined ? undefined : bytesOf(secret);
    this.hash = this.begin();
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }

  reset(): void {
    this.hash = this.begin();
  }

  private begin(): Hash | Hmac {
    return this.secret === undefined ? createHash('sha256') : createHmac('sha256', this.secret);
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

const openings = [
  'The committee has not yet decided when',
  'Il fait très beau aujourd’hui et',
  'Gestern Abend haben wir zusammen',
  'Buenos días, quisiera saber si',
  'Сегодня утром поезд опоздал',
  '昨日は友達と一緒に新しい映画を',
  'Ik heb gisteren een nieuwe fiets',
  'Dove posso trovare una farmacia',
];
const endings = ['number', 'meeting', 'Straße', 'mañana', 'demain', 'вечером', '見に行きました', 'aperta'];

/** Different sentences of about 60 characters in eight languages. */
const texts = Array.from(
  { length: 256 },
  (_, i) => `${openings[i % 8]} ${i * 7919} ${endings[(i >> 3) % 8]} ${endings[(i >> 5) % 8]}.`,
);

/** A string as Lua reads it back, byte by byte. */
const luaString = (text: string) =>
  `"${[...Buffer.from(text)].map((byte) => (byte > 31 && byte < 127 && byte !== 34 && byte !== 92 ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`)).join('')}"`;

/** Writes a wrk script that sends 256 signed DetectDominantLanguage calls in turn; they are good for five minutes. */
export async function writeWrkScript(path: string, host: string, credentials: KeyPair): Promise<void> {
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'comprehend', sha256: Sha256 });
  const [hostname = '', port] = host.split(':');
  const requests: string[] = [];
  for (const text of texts) {
    const body = JSON.stringify({ Text: text });
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: '/',
      query: {},
      headers: {
        host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Comprehend_20171127.DetectDominantLanguage',
      },
      body,
    });
    const fields = Object.entries(headers).map(([name, value]) => `[${luaString(name)}]=${luaString(value)}`);
    requests.push(`wrk.format("POST", "/", {${fields.join(',')}}, ${luaString(body)})`);
  }
  const script = `local requests = {}
function init()
  requests = {
${requests.join(',\n')}
  }
end
local at = 0
function request()
  at = at % #requests + 1
  return requests[at]
end
`;
  await writeFile(path, script);
}
