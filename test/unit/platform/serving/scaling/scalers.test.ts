/** Single decisions of the three scalers. */
import { describe, expect, it } from 'vitest';
import type { AutomaticScaling } from '../../../../../src/model/scaling.ts';
import { defaultLimits } from '../../../../../src/platform/serving/limits.ts';
import type { InstanceSnapshot, ScalingSnapshot } from '../../../../../src/platform/serving/scaling/decision.ts';
import { decide, scalingSettings } from '../../../../../src/platform/serving/scaling/settings.ts';
import { desiredOf, specOf } from '../serving-world.ts';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;

function snapshot(more: Partial<ScalingSnapshot>): ScalingSnapshot {
  return { instances: [], waiting: [], slotNotBeforeMs: new Map(), notBeforeMs: 0, ...more };
}

const ready = (id: string, inFlight: number, more: Partial<InstanceSnapshot> = {}): InstanceSnapshot => ({
  id,
  state: 'ready',
  inFlight,
  ...(inFlight === 0 ? { idleSinceMs: NOW } : {}),
  ...more,
});
const inState = (id: string, state: InstanceSnapshot['state']): InstanceSnapshot => ({ id, state, inFlight: 0 });
const waiting = (count: number, waitedMs = 0) => Array.from({ length: count }, () => ({ sinceMs: NOW - waitedMs }));

describe('manual', () => {
  const settings = (instances: number) =>
    scalingSettings(desiredOf(specOf({ type: 'manual', instances: 2 }), { instances }), defaultLimits);

  it('2.2k starts the missing slots and stops those beyond the number', () => {
    const decision = decide(
      settings(3),
      snapshot({ instances: [ready('1', 0), ready('4', 5), inState('5', 'stopping')] }),
      NOW,
    );
    expect(decision.start.map(({ id }) => id)).toEqual(['0', '2']);
    expect(decision.stop).toEqual([{ id: '4', reason: 'the number of instances was set to 3' }]);
  });

  it('waits for a slot that is still stopping, and for one that backs off', () => {
    const slotNotBeforeMs = new Map([['1', NOW + 4_000]]);
    const decision = decide(settings(2), snapshot({ instances: [inState('0', 'stopping')], slotNotBeforeMs }), NOW);
    expect(decision).toMatchObject({ start: [], stop: [], recheckAtMs: NOW + 4_000 });
  });
});

describe('basic', () => {
  const settings = scalingSettings(
    desiredOf(specOf({ type: 'basic', maxInstances: 3, idleTimeoutMs: 5 * MINUTE })),
    defaultLimits,
  );

  it('2.2i starts nothing without demand and one instance for the first requests', () => {
    expect(decide(settings, snapshot({}), NOW)).toMatchObject({ start: [], stop: [] });
    expect(decide(settings, snapshot({ waiting: waiting(50) }), NOW).start).toMatchObject([
      { id: '0', isAheadOfDemand: false },
    ]);
  });

  it('uses the instance on standby before it starts another', () => {
    const decision = decide(settings, snapshot({ instances: [inState('0', 'standby')], waiting: waiting(1) }), NOW);
    expect(decision).toMatchObject({ start: [], demand: ['0'] });
  });

  it('starts no second one while the first is starting', () => {
    expect(
      decide(settings, snapshot({ instances: [inState('0', 'starting')], waiting: waiting(80) }), NOW).start,
    ).toEqual([]);
    expect(
      decide(settings, snapshot({ instances: [inState('0', 'starting')], waiting: waiting(81) }), NOW).start,
    ).toHaveLength(1);
  });

  it('2.2i adds one instance when all are loaded, up to the maximum', () => {
    const loaded = [ready('0', 11), ready('1', 10)];
    expect(decide(settings, snapshot({ instances: [ready('0', 10), ready('1', 10)] }), NOW).start).toEqual([]);
    expect(decide(settings, snapshot({ instances: loaded }), NOW).start).toMatchObject([{ id: '2' }]);
    expect(decide(settings, snapshot({ instances: [...loaded, inState('2', 'starting')] }), NOW).start).toEqual([]);
    expect(
      decide(settings, snapshot({ instances: [...loaded, ready('2', 60)], waiting: waiting(9) }), NOW).start,
    ).toEqual([]);
  });

  it('starts the instance that a request names', () => {
    const named = [{ sinceMs: NOW, instance: '2' }];
    expect(decide(settings, snapshot({ instances: [ready('0', 0)], waiting: named }), NOW).start).toMatchObject([
      { id: '2' },
    ]);
    expect(decide(settings, snapshot({ instances: [inState('2', 'standby')], waiting: named }), NOW).demand).toEqual([
      '2',
    ]);
    expect(decide(settings, snapshot({ instances: [inState('2', 'starting')], waiting: named }), NOW).start).toEqual(
      [],
    );
  });

  it('L8 stops what has been idle for the timeout, measured from the end of the last request', () => {
    const idle = (minutes: number) => ready('0', 0, { idleSinceMs: NOW - minutes * MINUTE });
    expect(decide(settings, snapshot({ instances: [idle(4)] }), NOW)).toMatchObject({
      stop: [],
      recheckAtMs: NOW + MINUTE,
    });
    expect(decide(settings, snapshot({ instances: [idle(5)] }), NOW).stop).toEqual([
      { id: '0', reason: 'idle for 300 s' },
    ]);
    expect(decide(settings, snapshot({ instances: [ready('0', 1)] }), NOW).stop).toEqual([]);
  });

  it('holds starts back while it backs off', () => {
    const decision = decide(settings, snapshot({ waiting: waiting(1), notBeforeMs: NOW + 2_000 }), NOW);
    expect(decision).toMatchObject({ start: [], recheckAtMs: NOW + 2_000 });
  });
});

describe('automatic', () => {
  const settings = (scaling: Partial<AutomaticScaling> = {}, receivesTraffic = true, isThreadsafe = true) =>
    scalingSettings(
      desiredOf(specOf({ type: 'automatic', ...scaling }, { isThreadsafe }), { receivesTraffic }),
      defaultLimits,
    );
  const starts = (scaling: Partial<AutomaticScaling>, more: Partial<ScalingSnapshot>) =>
    decide(settings(scaling), snapshot(more), NOW).start.length;

  it('needs nothing without load', () => {
    expect(starts({}, {})).toBe(0);
  });

  it('V15 does not start an instance for each of many waiting requests', () => {
    expect(starts({ maxConcurrentRequests: 8 }, { waiting: waiting(12) })).toBe(2);
    expect(starts({ maxConcurrentRequests: 8 }, { waiting: waiting(12), instances: [inState('a', 'starting')] })).toBe(
      1,
    );
    expect(starts({ maxConcurrentRequests: 8 }, { waiting: waiting(4), instances: [ready('a', 8)] })).toBe(1);
    expect(
      starts(
        { maxConcurrentRequests: 8 },
        { waiting: waiting(4), instances: [ready('a', 8), inState('b', 'starting')] },
      ),
    ).toBe(0);
  });

  it('V14 2.1g 2.1k 2.2a adds an instance at concurrency x target utilization', () => {
    expect(starts({ maxConcurrentRequests: 10 }, { instances: [ready('a', 6)] })).toBe(0);
    expect(starts({ maxConcurrentRequests: 10 }, { instances: [ready('a', 7)] })).toBe(1);
    expect(
      starts({ maxConcurrentRequests: 10, targetThroughputUtilization: 0.9 }, { instances: [ready('a', 9)] }),
    ).toBe(0);
  });

  it('gives one request at a time to an instance that is not threadsafe', () => {
    const single = settings({ maxConcurrentRequests: 50 }, true, false);
    expect(decide(single, snapshot({ instances: [ready('a', 1)], waiting: waiting(2) }), NOW).start).toHaveLength(2);
  });

  it('2.1j 2.2a adds an instance when processors are hot', () => {
    const hot = (cpuUtilization: number) => [ready('a', 1, { cpuUtilization })];
    expect(starts({}, { instances: hot(0.6) })).toBe(0);
    expect(starts({}, { instances: hot(0.61) })).toBe(1);
    expect(starts({ targetCpuUtilization: 0.9 }, { instances: hot(0.8) })).toBe(0);
    expect(starts({}, { instances: [ready('a', 0, { cpuUtilization: 1 })] })).toBe(0);
  });

  it('2.1e 2.1h 2.2c keeps min_instances, and min_idle_instances on top of the need', () => {
    expect(starts({ minInstances: 3 }, {})).toBe(3);
    expect(starts({ minInstances: 3 }, { instances: [ready('a', 6)] })).toBe(2);
    expect(starts({ minIdleInstances: 2 }, { instances: [ready('a', 5)] })).toBe(2);
    const need5 = Array.from({ length: 5 }, (_, index) => ready(String(index), 6));
    expect(starts({ minIdleInstances: 2 }, { instances: need5 })).toBe(2);
    expect(
      starts(
        { minIdleInstances: 2 },
        { waiting: waiting(1), instances: [inState('a', 'starting'), inState('b', 'starting')] },
      ),
    ).toBe(1);
  });

  it('keeps no minimum for a version without traffic', () => {
    expect(decide(settings({ minInstances: 3, minIdleInstances: 1 }, false), snapshot({}), NOW).start).toEqual([]);
  });

  it('L4 warms up what nobody waits for, and only that', () => {
    const { start } = decide(settings({ minIdleInstances: 1 }), snapshot({ waiting: waiting(1) }), NOW);
    expect(start.map(({ isAheadOfDemand }) => isAheadOfDemand)).toEqual([false, true]);
  });

  it('2.1i never goes over the maximum: the file, else the platform', () => {
    expect(starts({ maxInstances: 2 }, { waiting: waiting(100) })).toBe(2);
    expect(starts({ maxInstances: 2, minIdleInstances: 5 }, {})).toBe(2);
    expect(starts({}, { waiting: waiting(900) })).toBe(20);
    expect(starts({ maxInstances: 0 }, { waiting: waiting(900) })).toBe(90);
  });

  it('2.1c 2.2b starts nothing before min_pending_latency while there is an instance, at once when there is none', () => {
    const slow = { minPendingLatencyMs: 500 };
    const target = { ...slow, targetThroughputUtilization: 0.95, maxConcurrentRequests: 10 };
    // Ten in flight would be over 95 %, which alone wants a second instance.
    const nearly = [ready('a', 9)];
    expect(starts(target, { instances: nearly, waiting: waiting(1, 499) })).toBe(0);
    expect(starts(target, { instances: nearly, waiting: waiting(1, 500) })).toBe(1);
    expect(decide(settings(target), snapshot({ instances: nearly, waiting: waiting(1, 400) }), NOW).recheckAtMs).toBe(
      NOW + 100,
    );
    expect(starts(slow, { waiting: waiting(1) })).toBe(1);
  });

  it('2.1d 2.2b between the two latencies waits only when capacity will probably come free in time', () => {
    const patient = { minPendingLatencyMs: 10, maxPendingLatencyMs: 1_000, targetThroughputUtilization: 0.95 };
    const instances = [ready('a', 9)];
    expect(starts(patient, { instances, waiting: waiting(1, 100), averageLatencyMs: 200 })).toBe(0);
    expect(starts(patient, { instances, waiting: waiting(1, 100), averageLatencyMs: 60_000 })).toBe(1);
    expect(starts(patient, { instances, waiting: waiting(1, 1_000), averageLatencyMs: 200 })).toBe(1);
    expect(starts(patient, { instances, waiting: waiting(1, 100) })).toBe(1);
  });

  it('2.2d lets what is above the need go after fifteen minutes, the longest idle first', () => {
    const idle = (id: string, minutes: number) => ready(id, 0, { idleSinceMs: NOW - minutes * MINUTE });
    const { stop } = decide(settings({}), snapshot({ instances: [idle('a', 14), idle('b', 15), idle('c', 40)] }), NOW);
    expect(stop.map(({ id }) => id)).toEqual(['c', 'b']);
    expect(stop[0]?.reason).toBe('idle for 15 minutes');
    expect(
      decide(settings({ minInstances: 2 }), snapshot({ instances: [idle('a', 20), idle('b', 30)] }), NOW).stop,
    ).toEqual([]);
    expect(
      decide(settings({ minIdleInstances: 1 }), snapshot({ instances: [idle('a', 20), idle('b', 30)] }), NOW).stop,
    ).toMatchObject([{ id: 'b' }]);
  });

  it('2.1f 2.2e lets what is above max_idle_instances go after a minute', () => {
    const idle = (id: string, seconds: number) => ready(id, 0, { idleSinceMs: NOW - seconds * 1_000 });
    const instances = [idle('a', 61), idle('b', 62), idle('c', 30)];
    expect(decide(settings({ maxIdleInstances: 1 }), snapshot({ instances }), NOW).stop.map(({ id }) => id)).toEqual([
      'b',
      'a',
    ]);
    expect(decide(settings({ maxIdleInstances: 3 }), snapshot({ instances }), NOW).stop).toEqual([]);
  });
});
