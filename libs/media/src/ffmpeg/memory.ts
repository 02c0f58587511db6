import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const INTERVAL_MS = 200;

/**
 * Looks now and then how much memory a process has in use, where the system says so (Linux and macOS).
 * @returns stops it
 */
export function watchMemory(pid: number | undefined, maxBytes: number, onExcess: () => void): () => void {
  if (pid === undefined) return () => undefined;
  const timer = setInterval(() => {
    void residentBytes(pid).then((bytes) => {
      if (bytes > maxBytes) onExcess();
    });
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** @returns 0 where the process is gone or the system does not say */
async function residentBytes(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  }
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) =>
      resolve(error ? 0 : Number(stdout) * 1024 || 0),
    );
  });
}
