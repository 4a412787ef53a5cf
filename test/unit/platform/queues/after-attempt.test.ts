import { describe, expect, it } from 'vitest';
import { afterTaskAttempt, type TaskAttempt } from '../../../../src/platform/queues/after-attempt.ts';
import type { StoredTask } from '../../../../src/platform/queues/stored-task.ts';

const fresh = { attempts: 0, executions: 0, firstAttemptAtMs: undefined, retry: undefined } as unknown as StoredTask;
const attempt: TaskAttempt = { startedAtMs: 1000, nowMs: 2000, status: 500, reachedInstance: true };

describe('an attempt', () => {
  it.each([200, 204, 299])('6.1b answered with %d is the end', (status) => {
    expect(afterTaskAttempt(fresh, undefined, { ...attempt, status })).toEqual({ kind: 'done' });
  });

  it.each([0, 199, 300, 302, 404, 500, 503])('6.1b answered with %d is repeated', (status) => {
    expect(afterTaskAttempt(fresh, undefined, { ...attempt, status })).toEqual({
      kind: 'retried',
      progress: { etaMs: 2100, attempts: 1, executions: 1, firstAttemptAtMs: 1000, lastStatus: status },
    });
  });

  it('6.1a that reached no instance is no execution', () => {
    const task = { ...fresh, attempts: 4, executions: 2, firstAttemptAtMs: 10 };
    expect(afterTaskAttempt(task, undefined, { ...attempt, status: 503, reachedInstance: false })).toMatchObject({
      progress: { attempts: 5, executions: 2, firstAttemptAtMs: 10 },
    });
  });

  it('is the last one at the limit of the queue, or at the own one of the task', () => {
    const task = { ...fresh, attempts: 2 };
    expect(afterTaskAttempt(task, { taskRetryLimit: 2 }, attempt)).toEqual({ kind: 'given-up', attempts: 3 });
    expect(afterTaskAttempt(task, { taskRetryLimit: 3 }, attempt).kind).toBe('retried');
    const own = { ...task, retry: { taskRetryLimit: 9 } };
    expect(afterTaskAttempt(own, { taskRetryLimit: 2 }, attempt).kind).toBe('retried');
    // As a whole: the age limit of the queue does not count for it.
    const both = { ...task, attempts: 9, retry: { taskRetryLimit: 9 } };
    expect(afterTaskAttempt(both, { taskAgeLimitSeconds: 3600 }, attempt).kind).toBe('given-up');
  });
});
