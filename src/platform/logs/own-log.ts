/** Keeps the file that takes the platform's own messages within bounds: begun anew when it is full, the former part kept. */
import { copyFileSync, fstatSync, ftruncateSync } from 'node:fs';
import type { Clock } from '../../support/clock.ts';

export interface OwnLogOptions {
  readonly clock: Clock;
  /** What the descriptor was opened on, to append to. */
  readonly file: string;
  readonly descriptor: number;
  readonly maxBytes?: number;
}

const MAX_BYTES = 4 * 1024 * 1024;
const LOOK_EVERY_MS = 10 * 60_000;

/** Looks now and from time to time. The result ends it. */
export function boundOwnLog({ clock, file, descriptor, maxBytes = MAX_BYTES }: OwnLogOptions): () => void {
  let cancel = () => {};
  const look = () => {
    try {
      const { size } = fstatSync(descriptor);
      if (size > maxBytes) {
        copyFileSync(file, `${file}.1`);
        ftruncateSync(descriptor);
      }
    } catch {
      // A log that can't be shortened is no reason to end.
    }
    cancel = clock.after(LOOK_EVERY_MS, look, { isBackground: true });
  };
  look();
  return () => cancel();
}
