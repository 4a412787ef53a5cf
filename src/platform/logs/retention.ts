/** Which sealed segments have to go. */
import type { Segment } from './segment.ts';

export interface RetentionLimits {
  /** Of all applications together. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/**
 * First what is too old; then, while there is too much, the oldest of the application that has most: one that talks
 * a lot pushes out its own past, not that of the quiet ones.
 *
 * @param open what is still being written: counts, but stays
 */
export function surplusSegments(
  sealed: readonly Segment[],
  open: readonly Segment[],
  limits: RetentionLimits & { readonly nowMs: number },
): readonly Segment[] {
  const isTooOld = (segment: Segment) => segment.lastMs < limits.nowMs - limits.maxAgeMs;
  const surplus = sealed.filter(isTooOld);
  const queues = new Map<string, Segment[]>();
  for (const segment of sealed.filter((segment) => !isTooOld(segment)).sort((a, b) => a.sequence - b.sequence)) {
    queues.set(segment.application, [...(queues.get(segment.application) ?? []), segment]);
  }
  const bytesOf = new Map<string, number>();
  for (const { application, bytes } of [...open, ...[...queues.values()].flat()]) {
    bytesOf.set(application, (bytesOf.get(application) ?? 0) + bytes);
  }
  let total = [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0);
  while (total > limits.maxBytes) {
    const oldest = largest(queues, bytesOf)?.shift();
    if (!oldest) break;
    surplus.push(oldest);
    total -= oldest.bytes;
    bytesOf.set(oldest.application, (bytesOf.get(oldest.application) ?? 0) - oldest.bytes);
  }
  return surplus;
}

/** The queue of the application with most bytes among those that can give something up. */
function largest(queues: ReadonlyMap<string, Segment[]>, bytesOf: ReadonlyMap<string, number>): Segment[] | undefined {
  let best: Segment[] | undefined;
  let most = -1;
  for (const [application, queue] of queues) {
    const bytes = bytesOf.get(application) ?? 0;
    if (queue.length === 0 || bytes <= most) continue;
    best = queue;
    most = bytes;
  }
  return best;
}
