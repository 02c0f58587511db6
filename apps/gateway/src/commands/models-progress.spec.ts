import { describe, expect, it } from 'vitest';
import type { PullProgress } from '@lantern/models';
import { progressLine, ProgressWriter } from './models-progress.js';

const at = (doneBytes: number, more: Partial<PullProgress> = {}): PullProgress => ({
  phase: 'downloading',
  label: 'small/model.onnx',
  doneBytes,
  totalBytes: 10_000_000,
  ...more,
});

describe('progressLine', () => {
  it('says how much, how fast and how long', () => {
    expect(progressLine(at(2_500_000), 500_000, true)).toBe(
      'downloading small/model.onnx [======                  ]  25% 2.5 MB of 10.0 MB, 500.0 kB/s 0:15 left',
    );
    expect(progressLine(at(10_000_000), 500_000, false)).toBe(
      'downloading small/model.onnx 100% 10.0 MB of 10.0 MB, 500.0 kB/s',
    );
    expect(progressLine(at(0), 1_000, false)).toContain('2 h 46 min left');
  });

  it('says what it knows where nobody knows the size', () => {
    expect(progressLine(at(1_500, { totalBytes: undefined }), undefined, true)).toBe(
      'downloading small/model.onnx 1.5 kB',
    );
    expect(progressLine(at(0, { phase: 'compiling' }), undefined, true)).toBe('compiling small/model.onnx ...');
  });

  it('does not promise more than all, nor divide by nothing', () => {
    expect(progressLine(at(11_000_000), 0, true)).toContain('100%');
    expect(progressLine(at(0, { totalBytes: 0 }), undefined, true)).toContain('100%');
  });
});

describe('ProgressWriter', () => {
  function writer(isTTY: boolean, columns = 200) {
    let now = 0;
    let text = '';
    const progress = new ProgressWriter({ isTTY, columns, write: (part) => (text += part) }, () => now);
    return { progress, wait: (ms: number) => (now += ms), text: () => text };
  }

  it('draws one line again on a terminal, no more than ten times a second', () => {
    const { progress, wait, text } = writer(true);
    for (let done = 0; done <= 100; done++) {
      progress.show(at(done * 100_000));
      wait(10);
    }
    progress.end();
    expect(text().split('\r').length).toBeLessThan(15);
    expect(text().match(/\n/g)).toHaveLength(1);
    expect(text()).toMatch(/100% 10\.0 MB of 10\.0 MB, 1[01]\.\d MB\/s *\n$/);
  });

  it('never makes a line longer than the terminal', () => {
    const { progress, text } = writer(true, 40);
    progress.show(at(1));
    progress.end();
    for (const line of text().split(/[\r\n]/)) expect(line.length).toBeLessThan(40);
  });

  it('writes a line every few seconds elsewhere, and messages at once', () => {
    const { progress, wait, text } = writer(false);
    for (let done = 0; done < 100; done++) {
      progress.show(at(done * 100_000, done === 50 ? { message: 'the line broke; trying again' } : {}));
      wait(100);
    }
    progress.end();
    const lines = text().trim().split('\n');
    expect(lines).toEqual([
      expect.stringContaining('  0% 0 B of'),
      'small/model.onnx: the line broke; trying again',
      expect.stringContaining(' 50% '),
    ]);
  });

  it('begins a new line for another file', () => {
    const { progress, text } = writer(true);
    progress.show(at(1));
    progress.show(at(1, { label: 'small/tokens.txt' }));
    progress.end();
    expect(text().match(/\n/g)).toHaveLength(2);
  });
});
