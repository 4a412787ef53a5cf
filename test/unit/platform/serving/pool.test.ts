/** Claims: at once when there is room, else in an orderly queue for a bounded time. */
import { describe, expect, it } from 'vitest';
import { type Candidate, choose } from '../../../../src/platform/serving/placement.ts';
import { createWorld, desiredOf, specOf } from './serving-world.ts';

const manual = (instances: number) => specOf({ type: 'manual', instances });

describe('placement', () => {
  const candidate = (id: string, inFlight: number, tag = 'ready'): Candidate => ({ id, inFlight, phase: { tag } });
  const rules = { concurrency: 3, target: 2, takesTurns: true };

  it('V13 takes the least busy one that is ready and has room', () => {
    const candidates = [candidate('a', 2), candidate('b', 0, 'starting'), candidate('c', 1), candidate('d', 3)];
    expect(choose(candidates, rules, {}, 0)?.id).toBe('c');
    expect(choose([candidate('a', 3)], rules, {}, 0)).toBeUndefined();
    expect(choose([], rules, {}, 7)).toBeUndefined();
  });

  it('V13 takes turns among equals, or fills the older ones first', () => {
    const equals = [candidate('a', 0), candidate('b', 0), candidate('c', 0)];
    expect([0, 1, 2, 3].map((turn) => choose(equals, rules, {}, turn)?.id)).toEqual(['a', 'b', 'c', 'a']);
    const packing = { ...rules, takesTurns: false };
    expect([0, 1, 2].map((turn) => choose(equals, packing, {}, turn)?.id)).toEqual(['a', 'a', 'a']);
    expect(choose([candidate('a', 2), candidate('b', 0), candidate('c', 0)], packing, {}, 0)?.id).toBe('b');
    expect(choose([candidate('a', 3), candidate('b', 3), candidate('c', 2)], packing, {}, 0)?.id).toBe('c');
  });

  it('honours the wish for an instance strictly and a preference while it has room', () => {
    const candidates = [candidate('a', 0), candidate('b', 3), candidate('c', 2)];
    expect(choose(candidates, rules, { instance: 'b' }, 0)).toBeUndefined();
    expect(choose(candidates, rules, { instance: 'c' }, 0)?.id).toBe('c');
    expect(choose(candidates, rules, { preferred: 'c' }, 0)?.id).toBe('c');
    expect(choose(candidates, rules, { preferred: 'b' }, 0)?.id).toBe('a');
    expect(choose(candidates, rules, { preferred: 'gone' }, 0)?.id).toBe('a');
  });
});

describe('claims', () => {
  it('answers synchronously when an instance is ready, and counts in the same step', async () => {
    const world = createWorld({ spec: manual(2) });
    await world.clock.advance(200);
    const first = world.served.pool.claim({});
    expect(first).toMatchObject({ kind: 'claim', pendingMs: 0, isLoadingRequest: false });
    expect(
      world
        .ready()
        .map(({ inFlight }) => inFlight)
        .sort(),
    ).toEqual([0, 1]);
    if ('release' in first) {
      first.release({ status: 200, latencyMs: 1 });
      first.release({ status: 200, latencyMs: 1 });
    }
    expect(world.ready().map(({ inFlight }) => inFlight)).toEqual([0, 0]);
  });

  it('3.2h keeps a request waiting while its instance starts, and tells how long', async () => {
    const world = createWorld({ spec: manual(1), behaviour: () => ({ spawnMs: 400, startMs: 300 }) });
    await world.clock.advance(100);
    const waiting = world.claim();
    await world.clock.advance(599);
    expect(waiting.outcome).toBe('waiting');
    await world.clock.advance(1);
    expect(waiting.result).toMatchObject({ kind: 'claim', pendingMs: 600 });
  });

  it('3.2g gives up after the pending limit', async () => {
    const world = createWorld({ spec: manual(1), behaviour: () => ({ spawnMs: 30_000 }) });
    const waiting = world.claim();
    await world.clock.advance(9_999);
    expect(waiting.outcome).toBe('waiting');
    await world.clock.advance(1);
    expect(waiting.result).toEqual({ kind: 'refused', refusal: 'pending-timeout', reason: '10 s without an instance' });
  });

  it('keeps a bounded number waiting', async () => {
    const world = createWorld({
      spec: manual(1),
      limits: { pendingCapacity: 2 },
      behaviour: () => ({ spawnMs: 5_000 }),
    });
    const claims = [world.claim(), world.claim(), world.claim()];
    expect(claims.map(({ outcome }) => outcome)).toEqual(['waiting', 'waiting', 'refused pending-timeout']);
    await world.clock.advance(5_000);
    expect(claims.map(({ outcome }) => outcome)).toEqual(['instance 0', 'instance 0', 'refused pending-timeout']);
  });

  it('forgets a client that went away, before or during the wait', async () => {
    const world = createWorld({ spec: manual(1) });
    const client = new AbortController();
    const waiting = world.claim({ signal: client.signal });
    client.abort();
    await world.clock.advance(0);
    expect([waiting.outcome, world.claim({ signal: client.signal }).outcome]).toEqual([
      'refused aborted',
      'refused aborted',
    ]);
    await world.clock.advance(1_000);
    expect(world.ready()[0]?.inFlight).toBe(0);
  });

  it('2.2f serves ordinary requests before tasks, each in order', async () => {
    const world = createWorld({ spec: specOf({ type: 'manual', instances: 1 }, { isThreadsafe: false }) });
    await world.clock.advance(200);
    const running = world.claim();
    const task = world.claim({ isTask: true });
    const [first, second] = [world.claim(), world.claim()];
    const outcomes = () => [task, first, second].map(({ outcome }) => outcome !== 'waiting');
    running.release();
    await world.clock.advance(0);
    expect(outcomes()).toEqual([false, true, false]);
    first.release();
    await world.clock.advance(0);
    expect(outcomes()).toEqual([false, true, true]);
    second.release();
    await world.clock.advance(0);
    expect(outcomes()).toEqual([true, true, true]);
  });

  it('keeps a request for a busy instance waiting for that one, and lets others pass it', async () => {
    const world = createWorld({ spec: specOf({ type: 'manual', instances: 2 }, { isThreadsafe: false }) });
    await world.clock.advance(200);
    const [zero, one] = [world.claim({ instance: '0' }), world.claim({ instance: '1' })];
    const wantsZero = world.claim({ instance: '0' });
    const wantsAny = world.claim();
    one.release();
    await world.clock.advance(0);
    expect([wantsZero.outcome, wantsAny.outcome]).toEqual(['waiting', 'instance 1']);
    zero.release();
    await world.clock.advance(0);
    expect(wantsZero.outcome).toBe('instance 0');
  });

  it('keeps a session with its instance while that lives, and moves it silently then', async () => {
    const world = createWorld({ spec: manual(3) });
    await world.clock.advance(200);
    const outcomes = Array.from({ length: 4 }, () => world.claim({ preferred: '2' }).outcome);
    expect(new Set(outcomes)).toEqual(new Set(['instance 2']));
    world.created[2]?.crash('exited with code 1');
    expect(world.claim({ preferred: '2' }).outcome).toMatch(/instance [01]/);
  });
});

describe('connections that last', () => {
  const lasting = (world: ReturnType<typeof createWorld>) => {
    const claimed = world.served.pool.claim({});
    if (claimed instanceof Promise || claimed.kind !== 'claim') throw new Error('there was no place');
    claimed.becomeLasting?.();
    return claimed;
  };

  it('are work, and take no places of requests', async () => {
    const world = createWorld({ spec: manual(1) });
    await world.clock.advance(200);
    for (let count = 0; count < 200; count += 1) lasting(world);
    expect(world.created[0]).toMatchObject({ inFlight: 200, lasting: 200, idleSinceMs: undefined });
  });

  it('make room for requests that wait', async () => {
    const world = createWorld({ spec: manual(1) });
    await world.clock.advance(200);
    const [first] = Array.from({ length: 80 }, () => world.claim());
    const waiting = world.claim();
    expect(waiting.outcome).toBe('waiting');
    if (first?.result?.kind !== 'claim') throw new Error('there was no place');
    first.result.becomeLasting?.();
    first.result.becomeLasting?.();
    await world.clock.advance(0);
    expect(waiting.outcome).toBe('instance 0');
    first.release();
    expect(world.created[0]).toMatchObject({ inFlight: 80, lasting: 0 });
  });

  it('count for max_concurrent_requests of automatic scaling', async () => {
    const scaling = { type: 'automatic', maxConcurrentRequests: 1, minInstances: 1, maxInstances: 1 } as const;
    const world = createWorld({ spec: specOf(scaling) });
    await world.clock.advance(200);
    lasting(world);
    expect(world.claim().outcome).toBe('waiting');
  });
});

describe('refusals', () => {
  it('refuses instances that can not exist', async () => {
    const world = createWorld({ spec: manual(2) });
    await world.clock.advance(200);
    expect(['0', '2', '01', 'x'].map((instance) => world.claim({ instance }).outcome)).toEqual([
      'instance 0',
      'refused unknown-instance',
      'refused unknown-instance',
      'refused unknown-instance',
    ]);
    const anonymous = createWorld({ spec: specOf({ type: 'automatic' }) });
    expect(anonymous.claim({ instance: '0' }).outcome).toBe('refused unknown-instance');
  });

  it('refuses an instance that is being shut down, whatever the others do', async () => {
    const world = createWorld({ spec: manual(2) });
    await world.clock.advance(200);
    const running = world.claim({ instance: '1' });
    world.served.stopInstance('1', 'stopped by request');
    expect([world.claim({ instance: '1' }).outcome, world.claim().outcome]).toEqual([
      'refused shutting-down',
      'instance 0',
    ]);
    running.release();
    await world.clock.advance(500);
    expect(world.claim({ instance: '1' }).outcome).toBe('instance 1');
  });

  it('L6 5.1g refuses everything of a stopped version, what waits included, and of one that leaves', async () => {
    const spec = manual(1);
    const world = createWorld({ spec });
    const waiting = world.claim();
    world.served.setDesired(desiredOf(spec, { servingStatus: 'stopped' }));
    expect(world.claim().outcome).toBe('refused stopped');
    await world.clock.advance(0);
    expect(waiting.outcome).toBe('refused stopped');
    world.served.setDesired(desiredOf(spec));
    await world.clock.advance(500);
    expect(world.claim().outcome).toBe('instance 0');
    world.served.drain();
    expect(world.claim().outcome).toBe('refused shutting-down');
  });

  it('serves what waited already before it drains its instances', async () => {
    const world = createWorld({ spec: specOf({ type: 'manual', instances: 1 }, { isThreadsafe: false }) });
    await world.clock.advance(200);
    const running = world.claim();
    const waiting = world.claim();
    world.served.drain();
    await world.clock.advance(100);
    expect([waiting.outcome, world.phases()]).toEqual(['waiting', 'ready']);
    running.release();
    await world.clock.advance(0);
    expect(waiting.outcome).toBe('instance 0');
    await world.clock.advance(100);
    expect(world.phases()).toBe('draining');
    waiting.release();
    await world.clock.advance(100);
    expect(world.phases()).toBe('');
  });

  it('refuses with the reason of a failed start, at once while the next one is far away', async () => {
    const world = createWorld({ spec: manual(1), behaviour: () => ({ crash: 'exited with code 3' }) });
    const first = world.claim();
    await world.clock.advance(100);
    expect(first.result).toMatchObject({ refusal: 'start-failed', reason: 'exited with code 3' });
    await world.clock.advance(18_000);
    const later = world.claim();
    expect(later.result).toMatchObject({
      refusal: 'start-failed',
      reason: expect.stringMatching(/^exited with code 3; the next start is in \d+ s$/),
    });
  });

  it('tells a version that has nothing to run from one that is slow', async () => {
    const handler = { url: '/', login: 'optional', authFailAction: 'redirect', secure: 'optional' } as const;
    const spec = specOf({ type: 'automatic' }, { handlers: [{ ...handler, type: 'static-dir', directory: 'public' }] });
    expect(createWorld({ spec }).claim().result).toMatchObject({
      refusal: 'stopped',
      reason: 'the version has no program to run',
    });
  });
});
