/** Ctrl-C: the first one asks the work to stop and clean up, the second one ends the process. */
import { failure } from '../errors.ts';
import type { Host } from './host.ts';

const INTERRUPTED = 130;

export interface Interrupts {
  readonly signal: AbortSignal;
  dispose(): void;
}

export function listenForInterrupts(host: Host): Interrupts {
  const controller = new AbortController();
  const dispose = host.onInterrupt(() => {
    if (controller.signal.aborted) return host.exitNow(INTERRUPTED);
    controller.abort(
      failure('interrupted', { where: 'before it was done; see where things stand with: appcfg status' }),
    );
  });
  return { signal: controller.signal, dispose };
}
