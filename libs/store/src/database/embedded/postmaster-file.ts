import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** What PostgreSQL's lock file says of the server that runs, or ran, on a data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping` or `standby`; empty while the file is being written. */
  readonly status: string;
}

/** The lock file's path; the format is that of PostgreSQL's src/include/utils/pidfile.h. */
export const postmasterFile = (directory: string): string => join(directory, 'postmaster.pid');

/** Reads the lock file; undefined where there is none or it is not complete. */
export function readPostmaster(directory: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(postmasterFile(directory), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [pid, port] = [Number(lines[0]), Number(lines[3] ?? '')];
  return pid > 0 ? { pid, port, status: (lines[7] ?? '').trim() } : undefined;
}

/** Whether a process with this id exists, be it ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether the process is a server on this data directory, and not a stranger that was given the number of a dead one
 * (in containers that is the rule, because process ids start again at 1).
 */
export function isServerOf(pid: number, directory: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(directory);
    } catch {
      return false;
    }
  }
  return processLine(pid, 'comm').includes('postgres');
}

/** Something that two processes with the same id do not share: when the process began. Empty where none runs. */
export function processBirth(pid: number): string {
  if (process.platform !== 'linux') return isAlive(pid) ? processLine(pid, 'lstart') : '';
  try {
    // proc(5): state and start time are fields 3 and 22, counted behind the command's parenthesis, which closes field 2.
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    // A zombie is dead; where nobody collects orphans, as in many containers, it stays listed for ever.
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

function processLine(pid: number, column: 'comm' | 'lstart'): string {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
