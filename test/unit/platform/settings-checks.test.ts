import { describe, expect, it } from 'vitest';
import type { CronJob, Queue } from '../../../src/model/settings.ts';
import { settingsProblem } from '../../../src/platform/settings-checks.ts';

const job: CronJob = { url: '/tick', schedule: 'every 5 minutes', timezone: 'UTC', description: '' };
const queue: Queue = { name: 'mail', mode: 'push', ratePerSecond: 5 };

describe('settings', () => {
  it('that make sense are taken', () => {
    const settings = {
      cron: [job, { ...job, target: 'worker:uno', timezone: 'Europe/Berlin', retry: { jobRetryLimit: 2 } }],
      queues: { queues: [queue, { ...queue, name: 'Other-1', target: 'uno.worker' }] },
      dos: ['192.0.2.1', '192.0.2.0/24', '2001:db8::/32', '::1'].map((subnet) => ({ subnet })),
    };
    expect(settingsProblem(settings)).toBeUndefined();
    expect(settingsProblem({})).toBeUndefined();
  });

  it.each<[Partial<CronJob>, RegExp]>([
    [{ url: 'tick' }, /does not call a path/],
    [{ url: '/tick\r\nX: y' }, /does not call a path/],
    [{ schedule: 'every 5 foo' }, /"every 5 foo" of the cron job "\/tick" can't be understood/],
    [{ timezone: 'Mars/Olympus' }, /time zone "Mars\/Olympus", which does not exist/],
    [{ target: 'a.b' }, /no version or module:version/],
    [{ retry: { minBackoffSeconds: 2, maxBackoffSeconds: 1 } }, /minimum back-off/],
  ])('with a cron job like %j are refused', (change, reason) => {
    expect(settingsProblem({ cron: [job, { ...job, ...change }] })).toMatch(reason);
  });

  it.each<[Partial<Queue>, RegExp]>([
    [{ name: 'my_queue' }, /a name that is not/],
    [{ name: '' }, /a name that is not/],
    [{}, /is there twice/],
    [{ name: 'q', ratePerSecond: 501 }, /above 500 a second/],
    [{ name: 'q', bucketSize: 501 }, /bucket size/],
    [{ name: 'q', target: 'a.b.c' }, /no module or version.module/],
    [{ name: 'q', target: 'evil.example:80/' }, /no module or version.module/],
    [{ name: 'q', retry: { minBackoffSeconds: 2, maxBackoffSeconds: 1 } }, /minimum back-off/],
  ])('with a queue like %j are refused', (change, reason) => {
    expect(settingsProblem({ queues: { queues: [queue, { ...queue, ...change }] } })).toMatch(reason);
  });

  it.each(['', 'x', '1.2.3', '1.2.3.4/33', '1.2.3.4/24/1', '::1/129', '1.2.3.4/'])(
    'with the subnet %j are refused',
    (subnet) => {
      expect(settingsProblem({ dos: [{ subnet }] })).toMatch(/is no IP address/);
    },
  );
});
