import { Catalogue } from '../catalogue/catalogue.js';
import { ModelLibrary } from '../store/model-library.js';
import { HttpSource } from './http-source.js';
import { Puller } from './puller.js';

// A process that pulls one model, for tests with several: node pull-process.fixture.js <store> <catalogue> <mirror> <name>
const [folder = '', catalogueFolder = '', mirror = '', name = ''] = process.argv.slice(2);
const library = new ModelLibrary({
  folder,
  catalogue: new Catalogue(catalogueFolder),
  compiler: { version: '0', compile: () => Promise.reject(new Error('nothing is compiled here')) },
});
const entry = library.catalogue.find(name);
if (!entry) throw new Error(`no entry ${name}`);
let hasBegun = false;
const { digest } = await new Puller({ library, source: new HttpSource(new URL(mirror)) }).pull(entry, {
  onProgress: ({ phase, doneBytes }) => {
    if (phase === 'downloading' && doneBytes > 0 && !hasBegun) {
      hasBegun = true;
      process.stdout.write('begun\n');
    }
  },
});
process.stdout.write(`${digest}\n`);
