import { describe, expect, it } from 'vitest';
import type { Queue } from '../../../../src/model/settings.ts';
import type { NewTask } from '../../../../src/model/task-queue.ts';
import { completeTask } from '../../../../src/platform/queues/check-task.ts';

const push: Queue = { name: 'mail', mode: 'push' };
const pull: Queue = { name: 'work', mode: 'pull' };
const now = Date.UTC(2026, 0, 1);
const facts = { nowMs: now, newName: () => '1234' };
const complete = (task: NewTask, queue: Queue = push) => completeTask(queue, task, facts);
const DAY = 86_400_000;

describe('a new task', () => {
  it('is given what it left out', () => {
    expect(complete({})).toEqual({
      name: '1234',
      isNamed: false,
      etaMs: now,
      createdAtMs: now,
      size: 'POST/_ah/queue/mail'.length,
      method: 'POST',
      url: '/_ah/queue/mail',
      headers: [],
    });
  });

  it('keeps what it brings, but for headers that only the platform may send', () => {
    const task = complete({
      name: 'one',
      delayMs: 5000,
      method: 'PUT',
      url: '/x?y=1',
      headers: [
        ['Content-Type', 'text/plain'],
        ['Content-Length', '99'],
        ['X-AppEngine-QueueName', 'forged'],
        ['X-Google-Anything', 'forged'],
        ['X-AppEngine-Current-Namespace', 'ns'],
      ],
      payload: Buffer.from('hello'),
      retry: { taskRetryLimit: 1 },
    });
    expect(task).toMatchObject({
      name: 'one',
      isNamed: true,
      etaMs: now + 5000,
      headers: [
        ['Content-Type', 'text/plain'],
        ['X-AppEngine-Current-Namespace', 'ns'],
      ],
    });
  });

  it.each<[NewTask, RegExp]>([
    [{ name: 'a b' }, /a name that is not/],
    [{ name: 'a'.repeat(501) }, /a name that is not/],
    [{ name: '' }, /a name that is not/],
    [{ etaMs: now, delayMs: 1 }, /both a time and a delay/],
    [{ etaMs: Number.NaN }, /a time that is none/],
    [{ etaMs: now + 30 * DAY + 1 }, /more than 30 days ahead/],
    [{ delayMs: 31 * DAY }, /more than 30 days ahead/],
    [{ url: 'x' }, /a URL that is not a path/],
    [{ url: 'http://h/x' }, /a URL that is not a path/],
    [{ url: '/a b' }, /a URL that is not a path/],
    [{ url: '/a#b' }, /a URL that is not a path/],
    [{ url: '/a\r\nX: y' }, /a URL that is not a path/],
    [{ url: '/é' }, /a URL that is not a path/],
    [{ url: `/${'a'.repeat(2083)}` }, /more than 2083 characters/],
    [{ method: 'PATCH' as 'PUT' }, /a method that is not/],
    [{ method: 'GET', payload: Buffer.from('x') }, /a payload, and GET has none/],
    [{ target: 'a.b.c.d' }, /a target that is not/],
    [{ target: 'Up' }, /a target that is not/],
    [{ target: 'a/b' }, /a target that is not/],
    [{ target: 'a', headers: [['host', 'b']] }, /both a target and a Host header/],
    [{ headers: [['a b', 'c']] }, /whose name or value/],
    [{ headers: [['a', 'c\r\nd: e']] }, /whose name or value/],
    [{ headers: [['a', 'c\u0000']] }, /whose name or value/],
    [{ headers: [['a', '€']] }, /whose name or value/],
    [{ tag: 'x' }, /only tasks of pull queues/],
    [{ retry: { taskRetryLimit: -1 } }, /a retry parameter/],
    [{ retry: { minBackoffSeconds: 5, maxBackoffSeconds: 1 } }, /a minimum back-off/],
    [{ payload: Buffer.alloc(100 * 1024) }, /the limit of a push task is 102400/],
    [{ headers: [['a', 'b'.repeat(102_400)]] }, /the limit of a push task is 102400/],
  ])('like %j is refused', (task, reason) => {
    expect(() => complete(task)).toThrow(reason);
  });

  it('6.1f may be as large, and as far ahead, as the limits say', () => {
    const head = 'POST/x'.length;
    expect(complete({ url: '/x', payload: Buffer.alloc(102_400 - head) }).size).toBe(102_400);
    expect(complete({ etaMs: now + 30 * DAY }).etaMs).toBe(now + 30 * DAY);
    expect(complete({ url: `/${'a'.repeat(2082)}` }).url).toHaveLength(2083);
    expect(complete({ etaMs: now - DAY }).etaMs).toBe(now - DAY);
  });

  it('of a pull queue has a payload and a tag, and nothing of a request', () => {
    expect(complete({ payload: Buffer.alloc(1024 * 1024), tag: 'é' }, pull)).toMatchObject({
      size: 1024 * 1024,
      tag: 'é',
    });
    expect(() => complete({ payload: Buffer.alloc(1024 * 1024 + 1) }, pull)).toThrow(/the limit of a pull task/);
    expect(() => complete({ url: '/x' }, pull)).toThrow(/has a url, and tasks of pull queues/);
    expect(() => complete({ target: 'x' }, pull)).toThrow(/has a target/);
    expect(() => complete({ tag: 'é'.repeat(251) }, pull)).toThrow(/a tag of more than 500 bytes/);
  });

  it('knows the mode of its queue', () => {
    expect(() => complete({ mode: 'pull' })).toThrow(/is a push queue: it takes no pull tasks/);
    expect(() => complete({ mode: 'push' }, pull)).toThrow(/is a pull queue: it takes no push tasks/);
  });
});
