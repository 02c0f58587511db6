import { describe, expect, it } from 'vitest';
import { endedStates, isEnded, jobArrows, JobStatus, mayGo, stateDiagram } from './job-states.js';

describe('the states of a job', () => {
  it('are these', () => {
    expect(`\n${stateDiagram()}\n`).toBe(`
QUEUED         → IN_PROGRESS | STOPPED
IN_PROGRESS    → COMPLETED | FAILED | STOP_REQUESTED
STOP_REQUESTED → STOPPED | COMPLETED | FAILED
COMPLETED      ■
FAILED         ■
STOPPED        ■
`);
  });

  it('end in one of three', () => {
    expect(endedStates).toEqual(['COMPLETED', 'FAILED', 'STOPPED']);
  });

  it('can all be reached from QUEUED, and none is left for QUEUED again', () => {
    const reached = new Set<JobStatus>([JobStatus.QUEUED]);
    for (const status of reached) for (const next of jobArrows[status]) reached.add(next);
    expect([...reached].sort()).toEqual(Object.values(JobStatus).sort());
    for (const from of Object.values(JobStatus)) expect(mayGo(from, JobStatus.QUEUED)).toBe(false);
  });

  it('let an ended job go nowhere', () => {
    for (const from of Object.values(JobStatus).filter(isEnded))
      for (const to of Object.values(JobStatus)) expect(mayGo(from, to)).toBe(false);
  });
});
