/** Blobs that clients were told are here: their deploys count on them, so collection leaves them alone for a while. */
import type { Clock } from '../support/clock.ts';

export interface PromisedBlobs {
  promise(digests: Iterable<string>): void;
  isPromised(digest: string): boolean;
}

/** @param termMs how long a deploy may take from its question to its release */
export function createPromisedBlobs(clock: Clock, termMs: number): PromisedBlobs {
  // Of digests that are stored: a client can't fill the memory with others.
  const untilMs = new Map<string, number>();
  let tidyAtMs = Number.NEGATIVE_INFINITY;
  const tidy = (nowMs: number) => {
    if (nowMs < tidyAtMs) return;
    tidyAtMs = nowMs + termMs;
    for (const [digest, until] of untilMs) if (until <= nowMs) untilMs.delete(digest);
  };
  return {
    promise(digests) {
      const nowMs = clock.monotonicMs();
      tidy(nowMs);
      for (const digest of digests) untilMs.set(digest, nowMs + termMs);
    },
    isPromised: (digest) => (untilMs.get(digest) ?? Number.NEGATIVE_INFINITY) > clock.monotonicMs(),
  };
}
