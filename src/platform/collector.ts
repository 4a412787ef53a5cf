/** Runs collection now and then, when nothing else goes on. */
import type { Clock } from '../support/clock.ts';
import { collect } from './collect.ts';
import type { DesiredState } from './desired-state.ts';
import type { Operations } from './operations.ts';
import type { BlobStore } from './store/blob-store.ts';

const everyMs = 10 * 60_000;
const blobGraceMs = 60 * 60_000;
/** Releases kept per application, for rollback. */
const keepReleases = 10;

export interface CollectorOptions {
  readonly desired: DesiredState;
  readonly blobs: BlobStore & { discard(directory: string): Promise<void> };
  readonly operations: Operations;
  readonly trees: string;
  readonly clock: Clock;
}

export interface Collector {
  /** A client was told which blobs exist, so its deploy counts on them: no collection for a while. */
  protect(): void;
  close(): Promise<void>;
}

export function startCollector(options: CollectorOptions): Collector {
  const { clock } = options;
  let lastAskedAt = Number.NEGATIVE_INFINITY;
  let running = Promise.resolve();
  let cancel = () => {};
  const isQuiet = () => !options.operations.isBusy() && clock.monotonicMs() - lastAskedAt > blobGraceMs;
  const run = async () => {
    if (!isQuiet()) return;
    await collect({
      ...options,
      discard: (directory) => options.blobs.discard(directory),
      keepReleases,
      graceMs: blobGraceMs,
    });
  };
  const schedule = () => {
    cancel = clock.after(
      everyMs,
      () => {
        // What can't be deleted now is tried again at the next round.
        running = run().catch(() => {});
        void running.then(schedule);
      },
      { isBackground: true },
    );
  };
  schedule();
  return {
    protect: () => {
      lastAskedAt = clock.monotonicMs();
    },
    close: async () => {
      cancel();
      await running;
    },
  };
}
