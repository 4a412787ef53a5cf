/** Instance hours under a clock that tests move: the documented rules, to the millisecond. */
import { describe, expect, it } from 'vitest';
import type { Scaling } from '../../../../src/model/scaling.ts';
import type { VersionSpec } from '../../../../src/model/version-spec.ts';
import type { Deployment } from '../../../../src/platform/deployment.ts';
import type { StateStore } from '../../../../src/platform/store/state-store.ts';
import { DailyUsage } from '../../../../src/platform/usage/daily-usage.ts';
import { InstanceHours } from '../../../../src/platform/usage/instance-hours.ts';
import { createFakeClock, type FakeClock } from '../../../fake-clock.ts';
import { memoryStore } from '../../../platform/memory-store.ts';
import { createWorld, desiredOf, specOf } from '../serving/serving-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const manual: Scaling = { type: 'manual', instances: 1 };
const basic: Scaling = { type: 'basic', maxInstances: 3, idleTimeoutMs: 5 * MINUTE };
const automatic: Scaling = { type: 'automatic' };

/** Noon in California, so that nothing here meets midnight by chance. */
const NOON = Date.UTC(2026, 0, 1, 20);

async function meter(options: { readonly clock?: FakeClock; readonly store?: StateStore } = {}) {
  const clock = options.clock ?? createFakeClock(NOON);
  const store = options.store ?? (await memoryStore());
  const daily = new DailyUsage(store, clock);
  const hours = new InstanceHours(store, clock, daily);
  /** `day module class` -> milliseconds */
  const counted = (application = 'simple-sample') =>
    Object.fromEntries(
      daily
        .amounts(application, '2000-01-01')
        .map(({ day, name, amount }) => [`${day} ${name.replace('instance-ms:', '').replace(':', ' ')}`, amount]),
    );
  /** The only amount there is. */
  const total = () => Object.values(counted()).reduce((sum, ms) => sum + ms, 0);
  return { clock, store, daily, hours, counted, total };
}

function deploymentOf(scaling: Scaling, more: Partial<VersionSpec> = {}): Deployment {
  return desiredOf(specOf(scaling, more)).deployment;
}

describe('manual scaling: from the start until 15 minutes after the shutdown (S3)', () => {
  it('counts the time that an instance runs, busy or not', async () => {
    const { clock, hours, counted } = await meter();
    hours.begin(deploymentOf(manual), '0');
    await clock.advance(2 * HOUR + 1);
    expect(counted()).toEqual({ '2026-01-01 default B2': 2 * HOUR + 1 });
  });

  it('goes on for 15 minutes, and not longer', async () => {
    const { clock, hours, total } = await meter();
    const run = hours.begin(deploymentOf(manual), '0');
    await clock.advance(HOUR);
    run.ended(true);
    await clock.advance(10 * MINUTE);
    expect(total()).toBe(70 * MINUTE);
    await clock.advance(10 * HOUR);
    expect(total()).toBe(75 * MINUTE);
  });

  it('counts an instance that starts again in its slot within the tail once', async () => {
    const { clock, hours, total } = await meter();
    const deployment = deploymentOf(manual);
    hours.begin(deployment, '0').ended(true);
    for (let crash = 0; crash < 30; crash += 1) {
      await clock.advance(MINUTE);
      hours.begin(deployment, '0').ended(true);
    }
    await clock.advance(HOUR);
    expect(total()).toBe(45 * MINUTE);
  });

  it('does not count a tail of what never accepted a connection', async () => {
    const { clock, hours, total } = await meter();
    const run = hours.begin(deploymentOf(manual), '0');
    await clock.advance(7_000);
    run.ended(false);
    await clock.advance(HOUR);
    expect(total()).toBe(7_000);
  });

  it('counts the newer of two while a version is deployed over a running one, each by its class', async () => {
    const { clock, hours, counted } = await meter();
    const old = hours.begin(deploymentOf(manual, { instanceClass: 'B2' }), '0');
    await clock.advance(HOUR);
    const next = hours.begin(deploymentOf(manual, { instanceClass: 'B8' }), '0');
    await clock.advance(30_000);
    old.ended(true);
    await clock.advance(HOUR);
    next.ended(true);
    await clock.advance(HOUR);
    expect(counted()).toEqual({
      '2026-01-01 default B2': HOUR,
      '2026-01-01 default B8': HOUR + 30_000 + 15 * MINUTE,
    });
  });

  it('goes back to the old one when the new one does not start', async () => {
    const { clock, hours, counted } = await meter();
    hours.begin(deploymentOf(manual, { instanceClass: 'B1' }), '0');
    await clock.advance(HOUR);
    const next = hours.begin(deploymentOf(manual, { instanceClass: 'B4' }), '0');
    await clock.advance(10_000);
    next.ended(false);
    await clock.advance(HOUR);
    expect(counted()).toEqual({ '2026-01-01 default B1': 2 * HOUR, '2026-01-01 default B4': 10_000 });
  });
});

describe('basic and automatic scaling: until 15 minutes after the last request (S3)', () => {
  it.each([basic, automatic])('$type: an idle instance is not billed beyond its tail', async (scaling) => {
    const { clock, hours, total } = await meter();
    const run = hours.begin(deploymentOf(scaling), 'i');
    await clock.advance(10 * MINUTE);
    run.busy();
    await clock.advance(HOUR);
    run.idle();
    await clock.advance(5 * HOUR);
    expect(total()).toBe(10 * MINUTE + HOUR + 15 * MINUTE);
    run.busy();
    await clock.advance(1_000);
    run.idle();
    await clock.advance(20 * MINUTE);
    expect(total()).toBe(10 * MINUTE + HOUR + 15 * MINUTE + 1_000 + 15 * MINUTE);
  });

  it('counts the tail of an instance that has gone, from its last request', async () => {
    const { clock, hours, total } = await meter();
    const run = hours.begin(deploymentOf(basic), '0');
    run.busy();
    await clock.advance(MINUTE);
    run.idle();
    await clock.advance(5 * MINUTE);
    run.ended(true);
    await clock.advance(HOUR);
    expect(total()).toBe(16 * MINUTE);
  });

  it('counts a request that is cut by the end until the end', async () => {
    const { clock, hours, total } = await meter();
    const run = hours.begin(deploymentOf(basic), '0');
    run.busy();
    await clock.advance(HOUR);
    run.ended(true);
    await clock.advance(HOUR);
    expect(total()).toBe(75 * MINUTE);
  });

  it('does not bill idle instances above max_idle_instances; those that worked last are billed', async () => {
    const { clock, hours, total } = await meter();
    const deployment = deploymentOf({ type: 'automatic', maxIdleInstances: 1 });
    const [a, b, c] = ['a', 'b', 'c'].map((id) => hours.begin(deployment, id));
    for (const run of [a, b, c]) run?.busy();
    await clock.advance(10 * MINUTE);
    expect(total()).toBe(30 * MINUTE);
    a?.idle();
    await clock.advance(MINUTE);
    expect(total()).toBe(33 * MINUTE);
    b?.idle();
    await clock.advance(MINUTE);
    expect(total()).toBe(35 * MINUTE);
    a?.busy();
    await clock.advance(MINUTE);
    expect(total()).toBe(38 * MINUTE);
    a?.idle();
    c?.idle();
    await clock.advance(HOUR);
    // One tail of 15 minutes: all three are idle together.
    expect(total()).toBe(53 * MINUTE);
  });
});

describe('days end at midnight in California', () => {
  it('cuts an instance at midnight, to the millisecond', async () => {
    const clock = createFakeClock(Date.UTC(2026, 5, 15, 5));
    const { hours, counted } = await meter({ clock });
    hours.begin(deploymentOf(manual), '0');
    await clock.advance(30 * HOUR);
    expect(counted()).toEqual({
      '2026-06-14 default B2': 2 * HOUR,
      '2026-06-15 default B2': 24 * HOUR,
      '2026-06-16 default B2': 4 * HOUR,
    });
  });

  it.each([
    ['23 hours in March', Date.UTC(2026, 2, 8, 8), '2026-03-08', 23],
    ['25 hours in November', Date.UTC(2026, 10, 1, 7), '2026-11-01', 25],
  ])('a day of %s', async (_, midnight, day, length) => {
    const clock = createFakeClock(midnight);
    const { hours, counted } = await meter({ clock });
    hours.begin(deploymentOf(manual), '0');
    await clock.advance(30 * HOUR);
    expect(counted()[`${day} default B2`]).toBe(length * HOUR);
    expect(Object.values(counted()).reduce((sum, ms) => sum + ms)).toBe(30 * HOUR);
  });

  it('does not lose or gain by the clock of the machine being set', async () => {
    const { clock, hours, total } = await meter();
    hours.begin(deploymentOf(manual), '0');
    await clock.advance(HOUR);
    clock.set(clock.now() + 48 * HOUR);
    await clock.advance(HOUR);
    clock.set(clock.now() - 100 * HOUR);
    await clock.advance(HOUR);
    expect(total()).toBe(3 * HOUR);
  });
});

describe('a restart of the platform', () => {
  /** Nothing is said to the old one: it is gone, like after SIGKILL. */
  async function killedAt(ms: number, scaling: Scaling = manual) {
    const first = await meter();
    const run = first.hours.begin(deploymentOf(scaling), '0');
    if (scaling.type !== 'manual') {
      run.busy();
      await first.clock.advance(MINUTE);
      run.idle();
    }
    await first.clock.advance(ms);
    const { store, clock } = first;
    return { store, nowMs: clock.now() };
  }

  it('bills the tail of what the old one ran, of which it forgets at most 10 seconds', async () => {
    const { store, nowMs } = await killedAt(HOUR + 9_999);
    const clock = createFakeClock(nowMs);
    const { total } = await meter({ store, clock });
    await clock.advance(10 * HOUR);
    expect(total()).toBe(HOUR + 15 * MINUTE);
  });

  it('counts a slot that runs again once, whether the old platform was killed or ended', async () => {
    for (const isKilled of [true, false]) {
      const first = await meter();
      const run = first.hours.begin(deploymentOf(manual), '0');
      await first.clock.advance(HOUR);
      if (!isKilled) {
        run.ended(true);
        first.daily.close();
      }
      const clock = createFakeClock(first.clock.now() + 5 * MINUTE);
      const second = await meter({ store: first.store, clock });
      second.hours.begin(deploymentOf(manual), '0');
      await clock.advance(HOUR);
      expect(second.total()).toBe(2 * HOUR + 5 * MINUTE);
    }
  });

  it('lets a tail end while the platform is off', async () => {
    const { store, nowMs } = await killedAt(5 * MINUTE, basic);
    const clock = createFakeClock(nowMs + 30 * 24 * HOUR);
    const { total } = await meter({ store, clock });
    expect(total()).toBe(16 * MINUTE);
    await clock.advance(HOUR);
    expect(total()).toBe(16 * MINUTE);
    expect(store.all('SELECT * FROM billed_runs')).toEqual([]);
  });

  it('is not confused by a clock that went back', async () => {
    const { store, nowMs } = await killedAt(HOUR);
    const clock = createFakeClock(nowMs - 24 * HOUR);
    const { total } = await meter({ store, clock });
    await clock.advance(HOUR);
    expect(total()).toBe(HOUR + 15 * MINUTE);
  });

  it('keeps amounts and moment together: a writing that fails is made up for by the next', async () => {
    const store = await memoryStore();
    let isFull = false;
    const failing: StateStore = {
      ...{ run: store.run.bind(store), get: store.get.bind(store), all: store.all.bind(store), close: () => {} },
      transaction: (work) =>
        store.transaction(() => {
          const result = work();
          if (isFull) throw new Error('disk full');
          return result;
        }),
    };
    const { clock, hours, total } = await meter({ store: failing });
    hours.begin(deploymentOf(manual), '0');
    await clock.advance(HOUR);
    isFull = true;
    await clock.advance(HOUR);
    isFull = false;
    await clock.advance(HOUR);
    expect(total()).toBe(3 * HOUR);
  });
});

describe('with the real scalers', () => {
  it('manual: N instances are N times the time; what set-num-instances takes away has its tail', async () => {
    const { clock, hours, total } = await meter();
    const spec = specOf({ type: 'manual', instances: 3 });
    const world = createWorld({ spec, clock, meter: hours });
    await clock.advance(HOUR);
    expect(total()).toBe(3 * HOUR);
    world.served.setDesired(desiredOf(spec, { instances: 1 }));
    await clock.advance(HOUR);
    // Shutting down takes 10 ms, and is part of the time.
    expect(total()).toBe(4 * HOUR + 2 * (15 * MINUTE + 10));
  });

  it('basic: nothing before the first request, then until 15 minutes after the last one', async () => {
    const { clock, hours, total } = await meter();
    const world = createWorld({ spec: specOf(basic), clock, meter: hours, behaviour: () => ({ startMs: 900 }) });
    await clock.advance(HOUR);
    expect(total()).toBe(0);
    const first = world.request(10 * MINUTE);
    await clock.advance(10 * MINUTE + 1_000);
    await first.done;
    await clock.advance(10 * HOUR);
    expect(world.phases()).toBe('');
    expect(total()).toBe(1_000 + 25 * MINUTE);
  });

  it('basic: one that only stands by for its first request is not billed', async () => {
    const { clock, hours, total } = await meter();
    const world = createWorld({ spec: specOf(basic), clock, meter: hours });
    world.served.startTrial([{ id: '0', isAheadOfDemand: true, reason: 'trial' }], () => undefined);
    await clock.advance(MINUTE);
    expect(total()).toBe(0);
  });

  it('automatic: 10 requests a second for an hour are one instance, until 15 minutes after', async () => {
    const { clock, hours, counted } = await meter();
    const world = createWorld({ spec: specOf(automatic, { instanceClass: 'F4' }), clock, meter: hours });
    for (let tenth = 0; tenth < 36_000; tenth += 1) {
      world.request(50);
      await clock.advance(100);
    }
    await clock.advance(2 * HOUR);
    expect(world.created).toHaveLength(1);
    // The last request ended 50 ms before the hour did, 100 ms of it were the start; idle 15 minutes, it went.
    expect(counted()).toEqual({ '2026-01-01 default F4': HOUR - 50 + 15 * MINUTE });
  });
});
