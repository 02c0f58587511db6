import type { Abortable } from '@lantern/aws-protocol';

/** Whether a call is still wanted. Costs an AbortController only where somebody asks for its signal. */
export class Abandonment implements Abortable {
  private controller: AbortController | undefined;
  private cause: DOMException | undefined;
  private listener: ((cause: DOMException) => void) | undefined;

  /** Why the call is not wanted any more; undefined while it is. */
  get reason(): DOMException | undefined {
    return this.cause;
  }

  get aborted(): boolean {
    return this.cause !== undefined;
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.cause) this.controller.abort(this.cause);
    }
    return this.controller.signal;
  }

  /** Tells everybody; the first reason stands. */
  abandon(cause: DOMException): void {
    if (this.cause) return;
    this.cause = cause;
    this.controller?.abort(cause);
    this.listener?.(cause);
  }

  /** The one listener beside the signal: who answers the client. */
  onAbandon(listener: (cause: DOMException) => void): void {
    this.listener = listener;
  }
}
