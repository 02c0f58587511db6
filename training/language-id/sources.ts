import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** One labelled text of the corpus. */
export interface Row {
  readonly language: string;
  readonly source: string;
  readonly text: string;
}

/** A public repository at a pinned commit, and how its files become rows. */
export interface Source {
  readonly name: string;
  readonly repository: string;
  readonly commit: string;
  readonly licence: string;
  /** Paths that are read; git's sparse checkout needs nothing else. */
  readonly wants: (path: string) => boolean;
  readonly rows: (path: string, content: string) => Iterable<Row>;
  /** Most rows that one language may have from here. */
  readonly perLanguage: number;
}

/** ISO 639-3 (and Tatoeba's script tags) to the codes of Comprehend. */
const CODES: Readonly<Record<string, string>> = Object.fromEntries(
  `afr=af amh=am ara=ar asm=as aze=az bak=ba bel=be ben=bn bos_Latn=bs bul=bg cat=ca ceb=ceb ces=cs chv=cv cmn_Hans=zh
  cmn_Hant=zh-TW cym=cy dan=da deu=de ell=el eng=en epo=eo est=et eus=eu fas=fa pes=fa fin=fi fra=fr gla=gd gle=ga
  glg=gl guj=gu hat=ht hau=ha heb=he hin=hi hrv=hr hun=hu hye=hy ilo=ilo ind=id isl=is ita=it jav=jv jpn=ja jpn_Hira=ja
  jpn_Kana=ja kan=kn kat=ka kaz=kk kaz_Cyrl=kk khm=km kir=ky kmr=ku kor=ko kor_Hang=ko kur_Latn=ku lao=lo lat=la
  lat_Latn=la lav=lv lit=lt ltz=lb mal=ml mar=mr mkd=mk mlg=mg mlt=mt mon=mn msa=ms mya=my nep=ne nld=nl nob=no ori=or
  orm=om pan=pa pol=pl por=pt pus=ps que=qu ron=ro rus=ru san=sa sin=si slk=sk slv=sl snd=sd som=so spa=es sqi=sq
  srp_Latn=sr srp_Cyrl=sr sun=su swa=sw swe=sv tam=ta tat=tt tel=te tgk=tg tgl=tl tha=th tuk_Latn=tk tur=tr uig_Arab=ug
  ukr=uk urd=ur uzb_Latn=uz vie=vi yid=yi yor=yo zsm_Latn=ms`
    .split(/\s+/)
    .map((pair) => pair.split('=') as [string, string]),
);

/** Unescapes the five entities of XML. */
const unescapeXml = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|apos);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" })[name] ?? '',
  );

function* lines(content: string): Iterable<string> {
  for (const line of content.split('\n')) if (line.trim()) yield line.trim();
}

/** Fields of a CSV with quotes and line breaks inside quotes; only the second column is wanted. */
function* secondColumn(content: string): Iterable<string> {
  for (const match of content.matchAll(/^\d+,(?:"((?:[^"]|"")*)"|([^,\n]*)),/gm)) {
    const text = (match[1]?.replaceAll('""', '"') ?? match[2] ?? '').replace(/\s+/g, ' ').trim();
    if (text) yield text;
  }
}

const WIKIPRON_SCRIPTS = /^(?<code>[a-z]{3})_(?!java|latn_hani)(?:[a-z]{4})_/;
const NUSAX: Readonly<Record<string, string>> = { javanese: 'jv', sundanese: 'su', indonesian: 'id' };

/** What is added to the base corpus, mostly for languages that it is thin in, and for single words. */
export const EXTRA_SOURCES: readonly Source[] = [
  {
    name: 'tatoeba-challenge',
    repository: 'https://github.com/Helsinki-NLP/OPUS-MT-testsets',
    commit: 'ac0f19c0be3cb4e0d9450fcb2d7a9847c4bdd180',
    licence: 'CC-BY 2.0 FR (tatoeba.org)',
    wants: (path) => /^datasets\/helsinki_nlp\/tatoeba\/testsets\/.*v2021-08-07\.[a-z]{3}(_[A-Z][a-z]{3})?$/.test(path),
    *rows(path, content) {
      const language = CODES[path.slice(path.lastIndexOf('.') + 1)];
      if (language) for (const text of lines(content)) yield { language, source: this.name, text };
    },
    perLanguage: 4000,
  },
  {
    name: 'nusax',
    repository: 'https://github.com/IndoNLP/nusax',
    commit: '75b0be5d982348332509f296e10d9bf9cb66d60f',
    licence: 'CC-BY-SA 4.0',
    wants: (path) => /^datasets\/sentiment\/(javanese|sundanese|indonesian)\/(train|valid|test)\.csv$/.test(path),
    *rows(path, content) {
      const language = NUSAX[path.split('/')[2] ?? ''];
      if (language) for (const text of secondColumn(content)) yield { language, source: this.name, text };
    },
    perLanguage: 2000,
  },
  {
    name: 'itihasa',
    repository: 'https://github.com/rahular/itihasa',
    commit: '37df077a80c83dbba1598afbdb079674b9bf6daa',
    licence: 'Sanskrit side only: verses of the Ramayana and the Mahabharata, public domain',
    wants: (path) => /^data\/(dev|test)\.sn$/.test(path),
    *rows(_, content) {
      for (const text of lines(content)) yield { language: 'sa', source: this.name, text };
    },
    perLanguage: 3000,
  },
  {
    name: 'tico19',
    repository: 'https://github.com/tico-19/tico-19.github.io',
    commit: 'd97615f9cffa28ec7de571e00fbd513e5a1c7fc7',
    licence: 'CC0',
    wants: (path) => /^data\/TM\/all\.en-(ms|id|ku|ps)\.tmx$/.test(path),
    *rows(path, content) {
      const language = /en-(\w+)\.tmx$/.exec(path)?.[1] ?? '';
      for (const match of content.matchAll(/<tuv xml:lang="(?!en")[^"]*">\s*<seg>([^<]*)<\/seg>/g))
        yield { language, source: this.name, text: unescapeXml(match[1] ?? '').trim() };
    },
    perLanguage: 2500,
  },
  {
    name: 'wikipron',
    repository: 'https://github.com/CUNY-CL/wikipron',
    commit: '185dfcf514fe37fe4cfddddeacff1eda3afdca55',
    licence: 'CC-BY-SA 3.0 and 4.0 (Wiktionary)',
    wants: (path) => /^data\/scrape\/tsv\/.*_(broad|narrow)\.tsv$/.test(path),
    *rows(path, content) {
      const code = WIKIPRON_SCRIPTS.exec(path.slice(path.lastIndexOf('/') + 1))?.groups?.['code'] ?? '';
      const language = CODES[code];
      if (!language || /msa_arab|pan_arab|zho_latn|lat_latn_eccl|hin_arab|urd_deva|kor_hani/.test(path)) return;
      for (const line of lines(content)) yield { language, source: this.name, text: line.split('\t')[0] ?? '' };
    },
    perLanguage: 12000,
  },
];

/** All rows of a source, deduplicated and thinned evenly to its share per language; clones the commit once into `cache`. */
export function readSource(source: Source, cache: string): Row[] {
  const git = checkOut(source, cache);
  const names = execFileSync('git', ['-C', git, 'ls-tree', '-r', '--name-only', source.commit], { maxBuffer: 1 << 28 })
    .toString()
    .split('\n')
    .filter(source.wants);
  if (names.length === 0) throw new Error(`${source.name}: nothing to read at ${source.commit}`);
  const byLanguage = new Map<string, Map<string, Row>>();
  for (const name of names) {
    const content = show(git, source.commit, name);
    if (content === undefined) continue;
    for (const row of source.rows(name, content)) {
      const rows = byLanguage.get(row.language) ?? new Map<string, Row>();
      byLanguage.set(row.language, rows.set(row.text, row));
    }
  }
  return [...byLanguage.values()].flatMap((rows) => thin([...rows.values()], source.perLanguage));
}

function checkOut({ name, repository, commit }: Source, cache: string): string {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'inherit' });
  git('init', '--quiet', '--bare');
  git('fetch', '--quiet', '--depth', '1', repository, commit);
  return folder;
}

/** @returns undefined for a file that the copy lacks */
function show(git: string, commit: string, path: string): string | undefined {
  try {
    const options = { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'] };
    return execFileSync('git', ['-C', git, 'cat-file', 'blob', `${commit}:${path}`], options).toString();
  } catch {
    console.error(`missing ${path}`);
    return undefined;
  }
}

function thin(rows: readonly Row[], most: number): Row[] {
  if (rows.length <= most) return [...rows];
  return Array.from({ length: most }, (_, i) => rows[Math.floor((i * rows.length) / most)] as Row);
}
