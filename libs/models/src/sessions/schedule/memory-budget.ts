/** The memory that all loaded models share. Figures are estimates; the budget is what keeps their sum in bounds. */
export class MemoryBudget {
  private usedBytes = 0;

  constructor(readonly limitBytes: number) {}

  get used(): number {
    return this.usedBytes;
  }

  /** Whether this much more would fit. */
  fits(bytes: number): boolean {
    return this.usedBytes + bytes <= this.limitBytes;
  }

  /** Changes what is in use; negative gives back. */
  add(bytes: number): void {
    this.usedBytes += bytes;
  }
}

/** What the runtime needs beside a small model's weights, as measured: graph, kernels, and an arena that grows by the megabyte. */
const OVERHEAD_BYTES = 4 * 2 ** 20;

/** The memory of a model that was never loaded: its weights, once more for packed copies of them, and the runtime's own. */
export const estimateResidentBytes = (fileBytes: number): number => 2 * fileBytes + OVERHEAD_BYTES;

/**
 * The memory of a model that was loaded. Resident memory is the process's, so that other work is in the measurement: it counts
 * within bounds that come from the file.
 */
export function residentBytesOf(fileBytes: number, measuredBytes: number): number {
  const least = fileBytes + OVERHEAD_BYTES / 4;
  const most = 6 * fileBytes + 64 * 2 ** 20;
  return Math.min(Math.max(measuredBytes, least), most);
}
