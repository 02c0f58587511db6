import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether any user of the machine may enter a folder: it and all folders above have the execute bit for others. */
export async function canEveryoneEnter(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
