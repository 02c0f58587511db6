// `npm run check:catalogue`: every violation of every catalogue entry at once, and packages whose files are not those pinned.
import { openModelLibrary, verifyModels } from '../models/dist/index.js';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Nothing is installed there: what is checked is the catalogue, what ships, and what npm packages carry.
const library = openModelLibrary(join(tmpdir(), 'lantern-no-models'));
const violations = library.catalogue.check();
const problems = violations.length > 0 ? violations : (await verifyModels(library)).problems;
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
