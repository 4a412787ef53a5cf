/** Cron jobs and task queues at Google: listed, run, held; what is left to Google's tools says so. */
import { describe, expect, it } from 'vitest';
import { failureOf, googleRig } from './rig.ts';

const rig = googleRig();
const { bench } = rig;

async function withSettings() {
  const application = bench.newApplication();
  const { backend } = bench;
  expect(await failureOf(backend.cron?.list(application) ?? Promise.resolve())).toMatchObject({
    code: 'application.not-found',
  });
  await bench.release(application, [bench.upload()]);
  const job = { url: '/tick', schedule: 'every 24 hours', timezone: 'Europe/Berlin', description: 'ticks' };
  await backend.settings?.replace(application, 'cron', [job, { ...job, url: '/tock', target: 'api' }]);
  const queues = [{ name: 'mail', mode: 'push', ratePerSecond: 2 } as const];
  await backend.settings?.replace(application, 'queues', { queues });
  const { cron, queues: role } = backend;
  if (!cron || !role) throw new Error('the backend has no such role');
  return { application, cron, queues: role, settings: rig.google.fake.settings };
}

describe('cron jobs at Google', () => {
  it('are listed with their next run and how the last one went', async () => {
    const { application, cron, settings } = await withSettings();
    const jobs = settings.jobs.get(application);
    const [name = '', job = {}] = [...(jobs ?? [])][0] ?? [];
    const last = { lastAttemptTime: '2026-11-22T05:00:00Z', status: { code: 14 } };
    jobs?.set(name, { ...job, scheduleTime: '2026-11-23T05:00:00Z', ...last });
    expect(await cron.list(application)).toEqual([
      {
        ...{ url: '/tick', schedule: 'every 24 hours', timezone: 'Europe/Berlin', description: 'ticks' },
        ...{ state: 'waiting', nextAt: '2026-11-23T05:00:00Z', failedAttempts: 0 },
        ...{ lastAt: '2026-11-22T05:00:00Z', lastStatus: 503 },
      },
      expect.objectContaining({ url: '/tock', target: 'api', state: 'waiting' }),
    ]);
    jobs?.set(name, { ...job, scheduleTime: '2026-11-23T05:00:00Z', state: 'PAUSED' });
    expect((await cron.list(application))[0]).not.toHaveProperty('nextAt');
  });

  it('are run when asked to, and waited for until the attempt is over', async () => {
    const { application, cron, settings } = await withSettings();
    settings.attemptStatus = { code: 13 };
    expect(await cron.run(application, '/tick')).toMatchObject({
      ...{ url: '/tick', status: 500 },
      startedAt: expect.stringMatching(/Z$/),
    });
    settings.attemptStatus = {};
    expect(await cron.run(application, '/tock')).toMatchObject({ status: 200 });
    expect(await failureOf(cron.run(application, '/other'))).toMatchObject({
      code: 'cron.not-found',
      details: { known: ['/tick', '/tock'] },
    });
  });
});

describe('task queues at Google', () => {
  it('are listed with what they hold, paused, resumed and purged', async () => {
    const { application, queues, settings } = await withSettings();
    const task = (name: string, scheduleTime: string, more: object) => ({
      ...{ name: `projects/x/locations/y/queues/mail/tasks/${name}`, createTime: '2026-11-22T04:00:00Z', scheduleTime },
      ...more,
    });
    settings.tasks.set(`${application}/mail`, [
      task('late', '2026-11-22T06:00:00Z', { appEngineHttpRequest: { httpMethod: 'PUT', relativeUri: '/send?to=1' } }),
      task('soon', '2026-11-22T05:00:00Z', {
        ...{ dispatchCount: 3, responseCount: 2, appEngineHttpRequest: { relativeUri: '/send' } },
        lastAttempt: { responseTime: '2026-11-22T04:30:00Z', responseStatus: { code: 5 } },
      }),
    ]);
    const mail = async () => (await queues.list(application)).find(({ name }) => name === 'mail');
    expect(await mail()).toMatchObject({ mode: 'push', state: 'running', ratePerSecond: 2, tasks: 2 });
    const common = { createdAt: '2026-11-22T04:00:00Z', method: 'POST', attempts: 0 };
    const soon = { ...common, name: 'soon', eta: '2026-11-22T05:00:00Z', state: 'running', url: '/send', attempts: 2 };
    expect(await queues.tasks(application, 'mail')).toEqual([
      { ...soon, lastStatus: 404 },
      { ...common, name: 'late', eta: '2026-11-22T06:00:00Z', state: 'waiting', method: 'PUT', url: '/send?to=1' },
    ]);
    expect(await queues.tasks(application, 'mail', { limit: 1 })).toHaveLength(1);
    await queues.change(application, 'mail', 'pause');
    expect(await mail()).toMatchObject({ state: 'paused', pausedBy: 'hand' });
    await queues.change(application, 'mail', 'resume');
    expect(await queues.change(application, 'mail', 'purge')).toBe(2);
    expect(await mail()).toMatchObject({ state: 'running', tasks: 0 });
    for (const asked of [queues.tasks(application, 'none'), queues.change(application, 'none', 'pause')]) {
      expect(await failureOf(asked)).toMatchObject({ code: 'queue.not-found', details: { known: ['mail'] } });
    }
  });

  it('leave adding and running tasks to Google, and say with what', async () => {
    const { application, queues } = await withSettings();
    expect(await failureOf(queues.add(application, 'mail', [{}]))).toMatchObject({
      code: 'google.unsupported',
      hints: [expect.stringContaining('gcloud tasks create-app-engine-task --queue mail')],
    });
    expect(await failureOf(queues.runTask(application, 'mail', 'one'))).toMatchObject({
      code: 'google.unsupported',
      hints: [expect.stringContaining('gcloud tasks run one --queue mail')],
    });
  });
});
