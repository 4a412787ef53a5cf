import { describe, expect, it } from 'vitest';
import type { Queue } from '../../../../src/model/settings.ts';
import { afterUpload, declaredQueues, paceOf } from '../../../../src/platform/queues/queue-settings.ts';
import type { StoredQueue } from '../../../../src/platform/queues/stored-task.ts';

const mail: Queue = { name: 'mail', mode: 'push', ratePerSecond: 2 };
const paused = (settings: Queue): [string, StoredQueue] => [settings.name, { settings, isPaused: true }];

describe('queue.yaml', () => {
  it('always has a default queue, 5/s and bursts of 5 unless it says otherwise', () => {
    expect(declaredQueues({ queues: [mail] })).toEqual([
      mail,
      { name: 'default', mode: 'push', ratePerSecond: 5, bucketSize: 5 },
    ]);
    const slow: Queue = { name: 'default', mode: 'push', ratePerSecond: 1 };
    expect(declaredQueues({ queues: [slow] })).toEqual([slow]);
  });

  it.each<[Partial<Queue>, ReturnType<typeof paceOf>]>([
    [{}, { rate: { perSecond: 5, size: 5 }, maxConcurrent: 1000 }],
    [{ ratePerSecond: 0 }, { rate: undefined, maxConcurrent: 1000 }],
    [
      { ratePerSecond: 0.01, bucketSize: 0, maxConcurrentRequests: 0 },
      { rate: { perSecond: 0.01, size: 1 }, maxConcurrent: 1 },
    ],
    [
      { ratePerSecond: 500, bucketSize: 500, maxConcurrentRequests: 9999 },
      { rate: { perSecond: 500, size: 500 }, maxConcurrent: 5000 },
    ],
  ])('%j', (change, pace) => {
    expect(paceOf({ name: 'q', mode: 'push', ...change })).toEqual(pace);
  });

  it('resumes what it names, unless it says not to', () => {
    const stored = new Map([paused({ ...mail, ratePerSecond: 1 })]);
    const { put } = afterUpload({ queues: [mail] }, stored, () => true);
    expect(put[0]).toEqual({ settings: mail, isPaused: false });
    const kept = afterUpload({ queues: [mail], resumePausedQueues: false }, stored, () => true);
    expect(kept.put[0]).toEqual({ settings: mail, isPaused: true });
    expect(kept.put[1]).toMatchObject({ settings: { name: 'default' }, isPaused: false });
  });

  it('lets go of queues that it does not name, once they are empty', () => {
    const stored = new Map([paused(mail), paused({ ...mail, name: 'full' }), paused({ ...mail, name: 'default' })]);
    expect(afterUpload({ queues: [] }, stored, (name) => name === 'full').remove).toEqual(['mail']);
  });
});
