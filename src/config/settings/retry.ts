/** Retry parameters, which cron jobs and queues share but for the names of two keys. */
import { ageLimit } from '../durations.ts';
import { integer, number } from '../shape/build.ts';
import type { Place } from '../shape/shape.ts';

export const backoffKeys = {
  min_backoff_seconds: { shape: number({ minimum: 0 }), docs: 'Seconds before the first repetition.', default: '0.1' },
  max_backoff_seconds: { shape: number({ minimum: 0 }), docs: 'Most seconds between repetitions.', default: '3600' },
  max_doublings: {
    shape: integer({ minimum: 0 }),
    docs: 'How often the wait doubles before it grows evenly.',
    default: '16',
  },
} as const;

export const ageLimitShape = ageLimit();

export interface BackoffValues {
  readonly min_backoff_seconds?: number;
  readonly max_backoff_seconds?: number;
  readonly max_doublings?: number;
}

export function checkBackoff(values: BackoffValues, { path, findings }: Place): void {
  const { min_backoff_seconds: least, max_backoff_seconds: most } = values;
  if (least === undefined || most === undefined || least <= most) return;
  const message = 'min_backoff_seconds is greater than max_backoff_seconds.';
  const hint = 'Make min_backoff_seconds at most max_backoff_seconds.';
  findings.error('out-of-range', { path: [...path, 'min_backoff_seconds'], message, hint });
}

interface Backoff {
  readonly minBackoffSeconds?: number;
  readonly maxBackoffSeconds?: number;
  readonly maxDoublings?: number;
}

export function backoffOf(values: BackoffValues): Backoff {
  const { min_backoff_seconds: least, max_backoff_seconds: most, max_doublings: doublings } = values;
  return {
    ...(least === undefined ? {} : { minBackoffSeconds: least }),
    ...(most === undefined ? {} : { maxBackoffSeconds: most }),
    ...(doublings === undefined ? {} : { maxDoublings: doublings }),
  };
}

export function backoffData(backoff: Backoff): BackoffValues {
  const { minBackoffSeconds: least, maxBackoffSeconds: most, maxDoublings: doublings } = backoff;
  return {
    ...(least === undefined ? {} : { min_backoff_seconds: least }),
    ...(most === undefined ? {} : { max_backoff_seconds: most }),
    ...(doublings === undefined ? {} : { max_doublings: doublings }),
  };
}
