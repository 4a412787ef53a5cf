/** Runs collection now and then, and when it is asked for; never beside a change. */
import { failure } from '../errors.ts';
import type { CollectionReport } from '../protocol/extension.ts';
import type { Clock } from '../support/clock.ts';
import { type CollectOptions, collect } from './collect.ts';
import type { Operations } from './operations.ts';
import { createPromisedBlobs } from './promised-blobs.ts';
import type { BlobStore } from './store/blob-store.ts';

const everyMs = 10 * 60_000;
const blobGraceMs = 60 * 60_000;

export interface CollectorOptions
  extends Pick<CollectOptions, 'desired' | 'trees' | 'keepReleases' | 'alsoNeeded' | 'checkpoint'> {
  readonly blobs: BlobStore & { discard(directory: string): Promise<void> };
  readonly operations: Pick<Operations, 'isBusy' | 'accepted'>;
  readonly clock: Clock;
}

export interface CollectionWish {
  /** For this once. */
  readonly keepReleases?: number | undefined;
  readonly isDryRun?: boolean;
}

export interface Collector {
  /** A client was told that these are here, and its deploy counts on them. */
  promise(digests: Iterable<string>): void;
  /** Collects now, or only says what that would take away. @throws AppcfgError `collection.busy` while an application changes */
  collectNow(wish?: CollectionWish): Promise<CollectionReport>;
  close(): Promise<void>;
}

export function startCollector(options: CollectorOptions): Collector {
  const { clock, operations, blobs } = options;
  const promised = createPromisedBlobs(clock, blobGraceMs);
  let isClosed = false;
  let running: Promise<unknown> = Promise.resolve();
  let cancel = () => {};

  const run = ({
    keepReleases = options.keepReleases,
    isDryRun = false,
  }: CollectionWish = {}): Promise<CollectionReport> => {
    const accepted = operations.accepted;
    const round = running.then(() =>
      collect({
        ...options,
        keepReleases,
        isDryRun,
        discard: (directory) => blobs.discard(directory),
        graceMs: blobGraceMs,
        mayGoOn: () => !isClosed && !operations.isBusy() && operations.accepted === accepted,
        isPromised: promised.isPromised,
      }),
    );
    running = round.catch(() => {});
    return round;
  };
  const schedule = () => {
    const next = async () => {
      // What can't be deleted now is tried again at the next round.
      await run().catch(() => {});
      if (!isClosed) schedule();
    };
    cancel = clock.after(everyMs, () => void next(), { isBackground: true });
  };
  schedule();

  return {
    promise: (digests) => promised.promise(digests),
    async collectNow(wish) {
      if (operations.isBusy()) throw failure('collection.busy', {});
      return run(wish);
    },
    async close() {
      isClosed = true;
      cancel();
      await running;
    },
  };
}
