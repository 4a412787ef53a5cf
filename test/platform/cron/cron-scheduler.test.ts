import { describe, expect, it, onTestFinished } from 'vitest';
import type { CronJob } from '../../../src/model/settings.ts';
import { CronScheduler } from '../../../src/platform/cron/cron-scheduler.ts';
import { CronStates } from '../../../src/platform/cron/cron-state.ts';
import { createFakeClock } from '../../fake-clock.ts';
import { memoryStore } from '../memory-store.ts';
import { FakeDesired, RecordingDispatch, recordingLogs } from '../scheduler-bench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function job(schedule: string, change: Partial<CronJob> = {}): CronJob {
  return { url: '/tick', schedule, timezone: 'UTC', description: '', ...change };
}

async function setUp(start: string, ...jobs: readonly CronJob[]) {
  const clock = createFakeClock(Date.parse(start));
  const dispatch = new RecordingDispatch(clock);
  const desired = new FakeDesired({ cron: jobs });
  const logs = recordingLogs();
  const store = await memoryStore();
  const open = () =>
    new CronScheduler({
      desired,
      states: new CronStates(store),
      logs,
      clock,
      defaultHostname: (id) => `${id}.localhost:8080`,
      dispatch: dispatch.send,
    });
  let scheduler = open();
  scheduler.refresh();
  onTestFinished(() => scheduler.close({ graceMs: 0 }));
  return {
    clock,
    dispatch,
    logs,
    get scheduler() {
      return scheduler;
    },
    replace(...next: readonly CronJob[]) {
      desired.settings = { ...desired.settings, cron: next };
      scheduler.refresh();
    },
    /** Ends it at once, stands still for a time, and begins again with what was stored. */
    async restartAfter(ms: number) {
      await scheduler.close({ graceMs: 0 });
      await clock.advance(ms);
      scheduler = open();
      scheduler.refresh();
    },
  };
}

describe('a month of runs', () => {
  it('follows the clocks of Berlin when they go back, UTC when they do not', async () => {
    const { clock, dispatch } = await setUp(
      '2026-10-10T00:00:00Z',
      job('every day 09:00', { url: '/berlin', timezone: 'Europe/Berlin' }),
      job('every day 02:30', { url: '/twice', timezone: 'Europe/Berlin' }),
      job('every monday 09:00', { url: '/utc' }),
    );
    await clock.advance(31 * DAY);
    const times = (url: string) => dispatch.sent.filter(({ request }) => request.path === url).map(({ at }) => at);
    const days = (from: number, to: number, rest: string) =>
      Array.from({ length: to - from + 1 }, (_, index) => {
        const day = new Date(Date.UTC(2026, 9, from + index)).toISOString().slice(0, 10);
        return `${day}T${rest}`;
      });
    expect(times('/berlin')).toEqual([...days(10, 24, '07:00'), ...days(25, 40, '08:00')]);
    expect(times('/twice')).toEqual([
      ...days(10, 24, '00:30'),
      '2026-10-25T00:30',
      '2026-10-25T01:30',
      ...days(26, 40, '01:30'),
    ]);
    expect(times('/utc')).toEqual(
      ['12', '19', '26'].map((day) => `2026-10-${day}T09:00`).concat('2026-11-02T09:00', '2026-11-09T09:00'),
    );
  });

  it('leaves out what the clocks of New York leave out, and keeps ranges in local time', async () => {
    const { clock, dispatch } = await setUp(
      '2026-02-24T12:00:00Z',
      job('every day 02:30', { url: '/gone', timezone: 'America/New_York' }),
      job('every 4 hours from 08:00 to 17:00', { url: '/range', timezone: 'America/New_York' }),
      job('every 12 hours synchronized', { url: '/grid', timezone: 'America/New_York' }),
    );
    await clock.advance(31 * DAY);
    const times = (url: string, day: string) =>
      dispatch.sent.flatMap(({ at, request }) => (request.path === url && at.startsWith(day) ? [at.slice(11)] : []));
    expect(times('/gone', '2026-03-07')).toEqual(['07:30']);
    expect(times('/gone', '2026-03-08')).toEqual([]);
    expect(times('/gone', '2026-03-09')).toEqual(['06:30']);
    expect(times('/range', '2026-03-07')).toEqual(['13:00', '17:00', '21:00']);
    expect(times('/range', '2026-03-08')).toEqual(['12:00', '16:00', '20:00']);
    expect(times('/grid', '2026-03-07')).toEqual(['05:00', '17:00']);
    expect(dispatch.sent.filter(({ request }) => request.path === '/gone')).toHaveLength(30);
    expect(dispatch.sent.filter(({ request }) => request.path === '/range')).toHaveLength(94);
  });
});

describe('a run', () => {
  it('V21 6.2a is a GET with the documented marks, and no more', async () => {
    const { clock, dispatch } = await setUp('2026-01-01T00:00:30Z', job('every 1 minutes'));
    await clock.advance(MINUTE);
    expect(dispatch.sent[0]?.request).toEqual({
      kind: 'cron',
      application: 'shop',
      method: 'GET',
      path: '/tick',
      headers: [['X-Appengine-Cron', 'true']],
      signal: expect.any(AbortSignal),
    });
  });

  it.each([
    ['two', { host: 'two.shop.localhost:8080' }],
    ['worker:uno', { host: 'uno.worker.shop.localhost:8080' }],
  ])('with the target %s goes to its host', async (target, expected) => {
    const { clock, dispatch } = await setUp('2026-01-01T00:00:30Z', job('every 1 minutes', { target }));
    await clock.advance(MINUTE);
    expect(dispatch.sent[0]?.request).toMatchObject(expected);
  });

  it('has the deadline of its file', async () => {
    const { clock, dispatch } = await setUp(
      '2026-01-01T00:00:30Z',
      job('every 1 minutes', { attemptDeadlineSeconds: 90 }),
    );
    await clock.advance(MINUTE);
    expect(dispatch.sent[0]?.request.deadlineMs).toBe(90_000);
  });

  it('6.2c every N minutes counts from the end of the one before', async () => {
    const { clock, dispatch, scheduler } = await setUp('2026-01-01T00:00:00Z', job('every 5 minutes'));
    dispatch.answer = () => ({ afterMs: 7 * MINUTE + 20_000 });
    await clock.advance(10 * MINUTE);
    expect(scheduler.list('shop')[0]?.state).toBe('running');
    await clock.advance(25 * MINUTE);
    // Ended at 00:12:20, 00:24:20: the seconds are cut from the sum.
    expect(dispatch.times).toEqual(['2026-01-01T00:05', '2026-01-01T00:17', '2026-01-01T00:29']);
  });

  it('6.2c that is fixed to the clock is left out while the one before runs, which the log says', async () => {
    const { clock, dispatch, logs } = await setUp('2026-01-01T00:00:00Z', job('every 10 minutes synchronized'));
    dispatch.answer = (_, index) => (index === 0 ? { afterMs: 25 * MINUTE } : {});
    await clock.advance(51 * MINUTE);
    expect(dispatch.times).toEqual(['2026-01-01T00:10', '2026-01-01T00:40', '2026-01-01T00:50']);
    expect(logs.messages).toEqual([
      'cron /tick: the runs of 2026-01-01T00:20:00.000Z, 2026-01-01T00:30:00.000Z were left out because the run of 2026-01-01T00:10:00.000Z had not ended',
    ]);
  });
});

describe('a failed run', () => {
  it('6.2b is not repeated without retry parameters, nor with a back-off alone', async () => {
    const retry = { minBackoffSeconds: 1 };
    const { clock, dispatch, scheduler } = await setUp(
      '2026-01-01T00:00:00Z',
      job('every 60 minutes', { url: '/a' }),
      job('every 60 minutes', { url: '/b', retry }),
    );
    dispatch.answer = () => ({ status: 500 });
    await clock.advance(HOUR + 59 * MINUTE);
    expect(dispatch.sent).toHaveLength(2);
    expect(scheduler.list('shop')[0]).toMatchObject({ state: 'waiting', lastStatus: 500, failedAttempts: 0 });
  });

  it('6.2b is repeated with the documented back-off up to its limit', async () => {
    const retry = { jobRetryLimit: 4, minBackoffSeconds: 10, maxBackoffSeconds: 300, maxDoublings: 1 };
    const { clock, dispatch, scheduler } = await setUp('2026-01-01T00:00:00Z', job('every 24 hours', { retry }));
    dispatch.answer = () => ({ status: 404 });
    await clock.advance(DAY);
    expect(scheduler.list('shop')[0]).toMatchObject({
      state: 'retrying',
      failedAttempts: 1,
      nextAt: '2026-01-02T00:00:10.000Z',
    });
    await clock.advance(HOUR);
    const first = dispatch.sent[0]?.atMs ?? 0;
    expect(dispatch.sent.map(({ atMs }) => (atMs - first) / 1000)).toEqual([0, 10, 30, 70, 130]);
    expect(scheduler.list('shop')[0]).toMatchObject({ state: 'waiting', nextAt: '2026-01-03T00:02:00.000Z' });
  });

  it('ends its repetitions when one succeeds', async () => {
    const { clock, dispatch } = await setUp(
      '2026-01-01T00:00:00Z',
      job('every 24 hours', { retry: { jobAgeLimitSeconds: 3600 } }),
    );
    dispatch.answer = (_, index) => ({ status: index < 2 ? 503 : 204 });
    await clock.advance(DAY + HOUR);
    expect(dispatch.sent).toHaveLength(3);
  });

  it('is given up for the next regular time of a clock', async () => {
    const retry = { jobAgeLimitSeconds: 86_400, minBackoffSeconds: 240, maxDoublings: 0 };
    const { clock, dispatch } = await setUp('2026-01-01T00:00:00Z', job('every 10 minutes synchronized', { retry }));
    dispatch.answer = () => ({ status: 500 });
    await clock.advance(21 * MINUTE);
    // 00:14 is the first repetition, 00:22 would be the second: 00:20 comes first.
    expect(dispatch.times.map((time) => time.slice(11))).toEqual(['00:10', '00:14', '00:20']);
  });
});

describe('a platform that was not running', () => {
  it('does not make up for missed runs, and names them', async () => {
    const bench = await setUp('2026-01-01T00:30:00Z', job('every 60 minutes synchronized'));
    await bench.clock.advance(HOUR);
    await bench.restartAfter(3 * HOUR);
    expect(bench.logs.messages).toEqual([
      'cron /tick: the runs of 2026-01-01T02:00:00.000Z, 2026-01-01T03:00:00.000Z, 2026-01-01T04:00:00.000Z were missed because the platform was not running; next run 2026-01-01T05:00:00.000Z',
    ]);
    await bench.clock.advance(HOUR);
    expect(bench.dispatch.times).toEqual(['2026-01-01T01:00', '2026-01-01T05:00']);
  });

  it('keeps the time of a run that was still to come', async () => {
    const bench = await setUp('2026-01-01T00:00:00Z', job('every 24 hours'));
    await bench.restartAfter(23 * HOUR);
    await bench.clock.advance(HOUR);
    expect(bench.dispatch.times).toEqual(['2026-01-02T00:00']);
    expect(bench.logs.messages).toEqual([]);
  });

  it('takes a run that it broke off for a failed one', async () => {
    const retry = { jobRetryLimit: 1, minBackoffSeconds: 60 };
    const bench = await setUp('2026-01-01T00:00:00Z', job('every 24 hours', { retry }));
    bench.dispatch.answer = (_, index) => (index === 0 ? { afterMs: HOUR } : {});
    await bench.clock.advance(DAY + MINUTE);
    await bench.restartAfter(MINUTE);
    expect(bench.logs.messages).toEqual([
      "cron /tick: the run of 2026-01-02T00:00:00.000Z was interrupted by the platform's end; next run 2026-01-02T00:03:00.000Z",
    ]);
    await bench.clock.advance(10 * MINUTE);
    expect(bench.dispatch.times).toEqual(['2026-01-02T00:00', '2026-01-02T00:03']);
  });

  it('lets a run end that ends within the time it has for closing', async () => {
    const bench = await setUp('2026-01-01T00:00:00Z', job('every 5 minutes'));
    bench.dispatch.answer = () => ({ afterMs: 3000 });
    await bench.clock.advance(5 * MINUTE);
    const closing = bench.scheduler.close({ graceMs: 5000 });
    await bench.clock.advance(5000);
    await closing;
    await bench.restartAfter(0);
    expect(bench.scheduler.list('shop')[0]).toMatchObject({ lastStatus: 200, state: 'waiting' });
    expect(bench.logs.messages).toEqual([]);
  });
});

describe('a clock that is set', () => {
  async function atNoon(schedule: string) {
    const bench = await setUp('2026-01-05T11:00:00Z', job(schedule));
    await bench.clock.advance(HOUR + 30 * MINUTE);
    const before = bench.dispatch.sent.length;
    return { ...bench, since: () => bench.dispatch.times.slice(before) };
  }

  it('forward over a run does not make up for it', async () => {
    const bench = await atNoon('every day 14:00');
    bench.clock.set(Date.parse('2026-01-05T16:00:00Z'));
    await bench.clock.advance(DAY);
    expect(bench.since()).toEqual(['2026-01-06T14:00']);
    expect(bench.logs.messages).toEqual([
      'cron /tick: the run of 2026-01-05T14:00:00.000Z was missed because the clock went on without it (the machine slept, or the time was set); next run 2026-01-06T14:00:00.000Z',
    ]);
  });

  it('back a little runs nothing twice', async () => {
    const bench = await atNoon('every day 12:00');
    bench.clock.set(Date.parse('2026-01-05T11:45:00Z'));
    await bench.clock.advance(DAY + HOUR);
    expect(bench.since()).toEqual(['2026-01-06T12:00']);
  });

  it('back a lot is followed', async () => {
    const bench = await atNoon('every day 12:00');
    bench.clock.set(Date.parse('2025-06-01T00:00:00Z'));
    await bench.clock.advance(DAY);
    expect(bench.since()).toEqual(['2025-06-01T12:00']);
  });

  it('back does not make an interval longer', async () => {
    const bench = await atNoon('every 5 minutes');
    bench.clock.set(Date.parse('2026-01-05T11:31:00Z'));
    await bench.clock.advance(7 * MINUTE);
    expect(bench.since()).toEqual(['2026-01-05T11:37']);
  });
});

describe('settings that change', () => {
  it('while a job runs: the run ends, and the new schedule holds', async () => {
    const bench = await setUp('2026-01-01T00:00:00Z', job('every 5 minutes'));
    bench.dispatch.answer = (_, index) => (index === 0 ? { afterMs: 12 * MINUTE } : {});
    await bench.clock.advance(6 * MINUTE);
    bench.replace(job('every 2 minutes'));
    await bench.clock.advance(14 * MINUTE);
    // Due at 00:08, when the former job's run of the same address had not ended.
    expect(bench.dispatch.times.map((time) => time.slice(11))).toEqual(['00:05', '00:19']);
  });

  it('that leave a job alone do not move it', async () => {
    const bench = await setUp('2026-01-01T00:00:00Z', job('every 5 minutes'));
    await bench.clock.advance(4 * MINUTE);
    bench.replace(job('every 5 minutes', { description: 'new words' }), job('every 7 minutes', { url: '/other' }));
    await bench.clock.advance(MINUTE);
    expect(bench.dispatch.times).toEqual(['2026-01-01T00:05']);
  });

  it('that take a job away while it runs leave nothing behind', async () => {
    const bench = await setUp('2026-01-01T00:00:00Z', job('every 5 minutes'));
    bench.dispatch.answer = () => ({ status: 500, afterMs: MINUTE });
    await bench.clock.advance(5 * MINUTE);
    bench.replace();
    await bench.clock.advance(HOUR);
    expect(bench.dispatch.sent).toHaveLength(1);
    expect(bench.scheduler.list('shop')).toEqual([]);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('with a schedule or a time zone that nobody knows stop nothing', async () => {
    const bench = await setUp(
      '2026-01-01T00:00:00Z',
      job('every 5 foo'),
      job('every day 09:00', { timezone: 'Mars/Olympus' }),
      job('every 5 minutes', { url: '/good' }),
    );
    await bench.clock.advance(5 * MINUTE);
    expect(bench.dispatch.sent.map(({ request }) => request.path)).toEqual(['/good']);
  });
});

describe('a run that somebody asks for', () => {
  it('answers how it went, and an interval counts from it', async () => {
    const bench = await setUp(
      '2026-01-01T00:00:00Z',
      job('every 5 minutes'),
      job('every day 09:00', { url: '/daily' }),
    );
    bench.dispatch.answer = () => ({ status: 201, module: 'default', version: 'uno' });
    await bench.clock.advance(3 * MINUTE);
    expect(await bench.scheduler.runNow('shop', '/tick')).toEqual({
      url: '/tick',
      status: 201,
      startedAt: '2026-01-01T00:03:00.000Z',
      latencyMs: 0,
      module: 'default',
      version: 'uno',
    });
    await bench.scheduler.runNow('shop', '/daily');
    expect(bench.scheduler.list('shop')).toMatchObject([
      { url: '/tick', nextAt: '2026-01-01T00:08:00.000Z', lastStatus: 201 },
      { url: '/daily', nextAt: '2026-01-01T09:00:00.000Z', lastStatus: 201 },
    ]);
  });

  it('does not overlap with another one, and names what there is', async () => {
    const bench = await setUp('2026-01-01T00:00:00Z', job('every 5 minutes'));
    bench.dispatch.answer = () => ({ afterMs: MINUTE });
    await bench.clock.advance(5 * MINUTE);
    await expect(bench.scheduler.runNow('shop', '/tick')).rejects.toMatchObject({ code: 'cron.running' });
    await expect(bench.scheduler.runNow('shop', '/no')).rejects.toMatchObject({
      code: 'cron.not-found',
      details: { known: ['/tick'] },
    });
    await expect(bench.scheduler.runNow('none', '/no')).rejects.toMatchObject({ code: 'application.not-found' });
  });

  it('leaves a pending repetition alone when it fails, and ends it when it succeeds', async () => {
    const retry = { jobRetryLimit: 5, minBackoffSeconds: 600 };
    const bench = await setUp('2026-01-01T00:00:00Z', job('every 24 hours', { retry }));
    bench.dispatch.answer = (_, index) => ({ status: index < 2 ? 500 : 200 });
    await bench.clock.advance(DAY);
    await bench.scheduler.runNow('shop', '/tick');
    expect(bench.scheduler.list('shop')[0]).toMatchObject({ state: 'retrying', nextAt: '2026-01-02T00:10:00.000Z' });
    await bench.scheduler.runNow('shop', '/tick');
    expect(bench.scheduler.list('shop')[0]).toMatchObject({ state: 'waiting', nextAt: '2026-01-03T00:00:00.000Z' });
  });
});
