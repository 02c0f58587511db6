// A process that opens the database of a folder, says so and waits to be killed. Run by database.spec.ts.
import { openDatabase } from './database.js';

const [dataDir = '', mark = ''] = process.argv.slice(2);
const database = await openDatabase({ dataDir });
await database.kysely.insertInto('settings').values({ name: mark, value: 'acknowledged' }).execute();
process.stdout.write(`${database.url}\n`);
setInterval(() => undefined, 60_000);
