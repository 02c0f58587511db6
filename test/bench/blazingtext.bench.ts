import { currentLoad, describeMachine, publish, type Row } from '@lantern/tools/bench';
import { readTasks, type Task } from './blazingtext/tasks.js';
import { runOurs, runPeer, type Run } from './blazingtext/runs.js';

const ROUNDS = 3;
const MOST_POINTS_LOST = 0.5;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** The runs of one task: all epochs and one epoch, ours and the peer's in turn. */
async function measure(task: Task, threads: number): Promise<Row[]> {
  const ours: Run[] = [];
  const peer: Run[] = [];
  const oursEpoch: number[] = [];
  const peerEpoch: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [oursOne, peerOne] = [await runOurs(task, threads, 1), await runPeer(task, threads, 1)];
    const [oursAll, peerAll] = [await runOurs(task, threads, task.epochs), await runPeer(task, threads, task.epochs)];
    ours.push(oursAll);
    peer.push(peerAll);
    oursEpoch.push((oursAll.seconds - oursOne.seconds) / (task.epochs - 1));
    peerEpoch.push((peerAll.seconds - peerOne.seconds) / (task.epochs - 1));
  }
  const name = `${task.name}, ${threads} thread${threads > 1 ? 's' : ''}`;
  const points = (runs: readonly Run[]): number => 100 * median(runs.map(({ accuracy }) => accuracy));
  const lost = points(peer) - points(ours);
  const seconds = (runs: readonly Run[]): number[] => runs.map((run) => run.seconds);
  return [
    speed(`${name}: file to saved model, ${task.epochs} epochs`, seconds(ours), seconds(peer)),
    speed(`${name}: one more epoch`, oursEpoch, peerEpoch),
    {
      work: `${name}: test accuracy (holds within ${MOST_POINTS_LOST} points)`,
      ours: points(ours),
      peer: points(peer),
      unit: '%',
      holds: lost <= MOST_POINTS_LOST,
    },
  ];
}

/** Pairs of runs lie next to each other, so that a change of the machine's load meets both. */
function speed(work: string, ours: readonly number[], peer: readonly number[]): Row {
  const ratio = median(ours.map((seconds, i) => peer[i]! / seconds));
  return { work, ours: median(ours), peer: median(peer), unit: 's', ratio, bar: 1, holds: ratio >= 1 };
}

const load = currentLoad();
const rows: Row[] = [];
for (const task of readTasks(process.env['LANTERN_DATASETS'])) {
  for (const threads of [1, 2]) rows.push(...(await measure(task, threads)));
}
const date = new Date().toISOString().slice(0, 10);
if (!publish({ name: 'blazingtext', date, machine: describeMachine(), load, rows })) process.exitCode = 1;
