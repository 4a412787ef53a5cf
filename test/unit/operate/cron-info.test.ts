import { describe, expect, it } from 'vitest';
import type { CronJob } from '../../../src/model/settings.ts';
import { cronInfo } from '../../../src/operate/cron-info.ts';
import { failureOf, fakeLoader } from './sample.ts';

const job = (schedule: string, more: Partial<CronJob> = {}): CronJob => ({
  url: '/tick',
  schedule,
  timezone: 'UTC',
  description: '',
  ...more,
});

async function ask(jobs: readonly CronJob[], from: string, runs = 2) {
  const load = fakeLoader({ 'cron.yaml': { settings: { cron: jobs } } });
  const info = await cronInfo({ path: 'cron.yaml', workingDirectory: '/src', load, runs, fromMs: Date.parse(from) });
  if (info === undefined) throw new Error('there should be a cron.yaml');
  return info;
}

describe('cron-info', () => {
  it('says when each job runs next, and what its schedule means', async () => {
    const jobs = [
      job('every 12 hours', { description: 'a summary', target: 'uno' }),
      job('every monday 09:00', { url: '/weekly' }),
    ];
    expect(await ask(jobs, '2026-11-21T10:00:30Z')).toEqual({
      file: 'cron.yaml',
      jobs: [
        {
          url: '/tick',
          description: 'a summary',
          schedule: 'every 12 hours',
          timezone: 'UTC',
          meaning: 'every 12 hours',
          target: 'uno',
          runs: ['2026-11-21T22:00:00.000Z', '2026-11-22T10:00:00.000Z'],
        },
        {
          url: '/weekly',
          description: '',
          schedule: 'every monday 09:00',
          timezone: 'UTC',
          meaning: 'every Monday at 09:00',
          runs: ['2026-11-23T09:00:00.000Z', '2026-11-30T09:00:00.000Z'],
        },
      ],
    });
  });

  it('means the time of the job’s own zone, on both sides of a clock change', async () => {
    const { jobs } = await ask([job('every day 09:00', { timezone: 'Europe/Berlin' })], '2026-10-23T12:00:00Z', 3);
    expect(jobs[0]?.runs).toEqual(['2026-10-24T07:00:00.000Z', '2026-10-25T08:00:00.000Z', '2026-10-26T08:00:00.000Z']);
  });

  it('has fewer runs, or none, of what runs no more', async () => {
    const never = job('second sunday of march 02:30', { timezone: 'America/New_York' });
    expect((await ask([never], '2026-01-01T00:00:00Z')).jobs[0]?.runs).toEqual([]);
    expect((await ask([job('every 1 hours')], '2026-01-01T00:00:00Z', 0)).jobs[0]?.runs).toEqual([]);
  });

  it('refuses a schedule that it does not understand', async () => {
    expect(await failureOf(ask([job('whenever')], '2026-01-01T00:00:00Z'))).toMatchObject({
      code: 'cron.bad-schedule',
      details: { url: '/tick' },
    });
  });
});
