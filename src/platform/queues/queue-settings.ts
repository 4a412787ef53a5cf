/** What queue.yaml makes of queues, with its documented defaults. Pure. */
import type { Queue, QueueSettings } from '../../model/settings.ts';
import type { Rate } from './rate-bucket.ts';
import type { StoredQueue } from './stored-task.ts';

/** Every application has it, whatever its queue.yaml says. */
export const DEFAULT_QUEUE = 'default';

const defaults = { ratePerSecond: 5, bucketSize: 5, concurrent: 1000, mostConcurrent: 5000 } as const;

export function declaredQueues({ queues }: QueueSettings): readonly Queue[] {
  if (queues.some(({ name }) => name === DEFAULT_QUEUE)) return queues;
  const { ratePerSecond, bucketSize } = defaults;
  return [...queues, { name: DEFAULT_QUEUE, mode: 'push', ratePerSecond, bucketSize }];
}

export interface QueueChanges {
  readonly put: readonly StoredQueue[];
  readonly remove: readonly string[];
}

/**
 * What an upload of queue.yaml does: it resumes the queues it names unless it says `resume_paused_queues: false`;
 * those that it does not name are kept, disabled, for as long as they hold tasks.
 */
export function afterUpload(
  settings: QueueSettings,
  stored: ReadonlyMap<string, StoredQueue>,
  hasTasks: (queue: string) => boolean,
): QueueChanges {
  const declared = declaredQueues(settings);
  const names = new Set(declared.map(({ name }) => name));
  const staysPaused = settings.resumePausedQueues === false;
  return {
    put: declared.map((queue) => ({
      settings: queue,
      isPaused: staysPaused && stored.get(queue.name)?.isPaused === true,
    })),
    remove: [...stored.keys()].filter((name) => !names.has(name) && !hasTasks(name)),
  };
}

export interface Pace {
  /** undefined: `rate: 0`, which pauses. */
  readonly rate: Rate | undefined;
  readonly maxConcurrent: number;
}

export function paceOf(queue: Queue): Pace {
  const { ratePerSecond = defaults.ratePerSecond, bucketSize = defaults.bucketSize } = queue;
  const concurrent = queue.maxConcurrentRequests ?? defaults.concurrent;
  return {
    rate: ratePerSecond > 0 ? { perSecond: ratePerSecond, size: Math.max(1, bucketSize) } : undefined,
    maxConcurrent: Math.min(Math.max(1, concurrent), defaults.mostConcurrent),
  };
}
