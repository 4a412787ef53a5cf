import { describe, expect, it } from 'vitest';
import type { Queue } from '../../../../src/model/settings.ts';
import { emptySettings } from '../../../../src/model/settings.ts';
import { allTrafficTo } from '../../../../src/model/traffic.ts';
import type { StoredTask } from '../../../../src/platform/queues/stored-task.ts';
import { destination, taskRequest } from '../../../../src/platform/queues/task-request.ts';

const version = { deploymentId: '1', servingStatus: 'serving' } as const;
const application = {
  id: 'shop',
  defaultHostname: 'shop.localhost:8080',
  live: {
    settings: emptySettings,
    modules: {
      default: { split: allTrafficTo('uno'), versions: { uno: version } },
      worker: { split: allTrafficTo('dos'), versions: { dos: version } },
    },
  },
};
const queue: Queue = { name: 'mail', mode: 'push' };
const task: StoredTask = {
  id: 1,
  name: 'one',
  isNamed: true,
  etaMs: 1_795_293_361_210,
  createdAtMs: 0,
  size: 1,
  method: 'POST',
  url: '/work?x=1',
  headers: [],
  payload: undefined,
  target: undefined,
  retry: undefined,
  tag: undefined,
  enqueuedBy: undefined,
  attempts: 0,
  executions: 0,
  firstAttemptAtMs: undefined,
  lastStatus: undefined,
};
const headersOf = (change: Partial<StoredTask>) =>
  Object.fromEntries(taskRequest(application, queue, { ...task, ...change }).headers ?? []);

describe("a task's request", () => {
  it('6.1a tells the application about the task', () => {
    expect(taskRequest(application, queue, task)).toEqual({
      kind: 'task',
      application: 'shop',
      method: 'POST',
      path: '/work?x=1',
      headers: [
        ['X-AppEngine-QueueName', 'mail'],
        ['X-AppEngine-TaskName', 'one'],
        ['X-AppEngine-TaskRetryCount', '0'],
        ['X-AppEngine-TaskExecutionCount', '0'],
        ['X-AppEngine-TaskETA', '1795293361.210'],
      ],
    });
  });

  it('6.1a tells about former attempts', () => {
    expect(headersOf({ attempts: 3, executions: 2, lastStatus: 500 })).toMatchObject({
      'X-AppEngine-TaskRetryCount': '3',
      'X-AppEngine-TaskExecutionCount': '2',
      'X-AppEngine-TaskPreviousResponse': '500',
    });
    expect(headersOf({ attempts: 1, lastStatus: 0 })).not.toHaveProperty('X-AppEngine-TaskPreviousResponse');
  });

  it('6.1a has the type of its payload, or the documented one', () => {
    const payload = Buffer.from('x');
    expect(headersOf({ payload })['Content-Type']).toBe('application/octet-stream');
    const typed = headersOf({ payload, headers: [['content-type', 'text/plain']] });
    expect(typed).toMatchObject({ 'content-type': 'text/plain' });
    expect(typed).not.toHaveProperty('Content-Type');
    expect(headersOf({})).not.toHaveProperty('Content-Type');
  });
});

describe('where a task goes', () => {
  const enqueuedBy = { module: 'worker', version: 'dos' };
  it.each<[string, Partial<Queue>, Partial<StoredTask>, object]>([
    ['the default module, or where dispatch rules say', {}, {}, {}],
    ['the version that added it', {}, { enqueuedBy }, { fallback: enqueuedBy }],
    [
      'its module when that version is gone',
      {},
      { enqueuedBy: { module: 'worker', version: 'old' } },
      { fallback: { module: 'worker' } },
    ],
    ['the default module when that is gone too', {}, { enqueuedBy: { module: 'gone', version: 'old' } }, {}],
    ['its target', {}, { enqueuedBy, target: 'dos.worker' }, { host: 'dos.worker.shop.localhost:8080' }],
    [
      'its Host header',
      {},
      { enqueuedBy, headers: [['host', 'worker.shop.appspot.com']] },
      { host: 'worker.shop.appspot.com' },
    ],
    [
      "its queue's target, whatever its own",
      { target: 'worker' },
      { target: 'uno' },
      { host: 'worker.shop.localhost:8080' },
    ],
    [
      "its queue's target, whatever its Host header",
      { target: 'worker' },
      { headers: [['Host', 'x']] },
      { host: 'worker.shop.localhost:8080' },
    ],
  ])('1.3h %s', (_, queueChange, taskChange, expected) => {
    expect(destination(application, { ...queue, ...queueChange }, { ...task, ...taskChange })).toEqual(expected);
  });
});
