import wavefile from 'wavefile';

/**
 * What each of the 256 codes of ITU-T G.711 stands for, -1 to 1. wavefile's decoder is asked once, so that a stream need not
 * be in memory as a whole to be read.
 */
export function compandingTable(law: 'a-law' | 'mu-law'): Float32Array {
  const known = tables.get(law);
  if (known) return known;
  const wav = new wavefile.WaveFile();
  wav.fromScratch(
    1,
    8000,
    law === 'a-law' ? '8a' : '8m',
    Uint8Array.from({ length: 256 }, (_, code) => code),
  );
  if (law === 'a-law') wav.fromALaw();
  else wav.fromMuLaw();
  const table = Float32Array.from(wav.getSamples(false, Int16Array), (value) => value / 32_768);
  tables.set(law, table);
  return table;
}

const tables = new Map<'a-law' | 'mu-law', Float32Array>();
