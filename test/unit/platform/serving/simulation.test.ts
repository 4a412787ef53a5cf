/** The scalers at work under a clock that tests move: step, burst, idle, slow start, failure. */
import { describe, expect, it } from 'vitest';
import { createWorld, desiredOf, specOf, type Tracked, type World } from './serving-world.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

/** `count` clients, each with one request of `ms` after the other, for a while. Resolves to the refusals they met. */
async function load(
  world: World,
  { count, ms, forMs }: { readonly count: number; readonly ms: number; readonly forMs: number },
) {
  const refused: string[] = [];
  const endMs = world.clock.monotonicMs() + forMs;
  const client = async () => {
    while (world.clock.monotonicMs() < endMs) {
      const request = world.request(ms);
      await request.done;
      // A client that is refused tries again a moment later.
      if (request.outcome.startsWith('refused')) {
        refused.push(request.outcome);
        await world.clock.sleep(ms);
      }
    }
  };
  const clients = Promise.all(Array.from({ length: count }, client));
  await world.clock.advance(forMs + 20 * SECOND);
  await clients;
  return refused;
}

describe('manual scaling', () => {
  it('2.2k 1.2k starts exactly its number, each with its slot, and no more under load', async () => {
    const world = createWorld({ spec: specOf({ type: 'manual', instances: 3 }) });
    await world.clock.advance(200);
    expect(world.created.map(({ id }) => id)).toEqual(['0', '1', '2']);
    await load(world, { count: 300, ms: 100, forMs: SECOND });
    await world.clock.advance(30 * MINUTE);
    expect(world.created).toHaveLength(3);
    expect(world.phases()).toBe('ready ready ready');
  });

  it('V1 L9 replaces a dead instance at once, in its slot, and shows the restart', async () => {
    const world = createWorld({ spec: specOf({ type: 'manual', instances: 2 }) });
    await world.clock.advance(200);
    world.created[1]?.crash('was killed by SIGKILL');
    await world.clock.advance(100);
    expect(world.created.map(({ id }) => id)).toEqual(['0', '1', '1']);
    expect(world.served.summaries().map(({ id, restarts }) => [id, restarts])).toEqual([
      ['0', 0],
      ['1', 1],
    ]);
  });

  it('backs off from one that keeps crashing, logs each failure, and leaves the others alone', async () => {
    const startedAt: number[] = [];
    const world = createWorld({
      spec: specOf({ type: 'manual', instances: 1 }),
      behaviour: () => {
        startedAt.push(world?.clock.monotonicMs() ?? 0);
        return { spawnMs: 0, crash: 'exited with code 1' };
      },
    });
    await world.clock.advance(5 * MINUTE);
    const pauses = startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0));
    expect(pauses.slice(0, 9)).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * SECOND));
    expect(world.log[0]).toBe('warning: failure 1');
    expect(world.log[2]).toBe('warning: failure 3; the next start is in 2 s at the earliest');
    expect(world.served.summaries()).toMatchObject([{ id: '0', state: 'failed', reason: 'exited with code 1' }]);
  });

  it('forgets old failures after a time of health', async () => {
    const world = createWorld({
      spec: specOf({ type: 'manual', instances: 1 }),
      behaviour: (index) => (index < 3 ? { crash: 'broken' } : {}),
    });
    await world.clock.advance(MINUTE);
    expect(world.phases()).toBe('ready');
    await world.clock.advance(MINUTE);
    world.created.at(-1)?.crash('again');
    await world.clock.advance(200);
    expect(world.phases()).toBe('ready');
  });

  it('starts at once when a stopped version is started by hand, whatever failed before', async () => {
    const spec = specOf({ type: 'manual', instances: 1 });
    const world = createWorld({ spec, behaviour: (index) => (index < 6 ? { spawnMs: 0, crash: 'broken' } : {}) });
    await world.clock.advance(20 * SECOND);
    world.served.setDesired(desiredOf(spec, { servingStatus: 'stopped' }));
    await world.clock.advance(SECOND);
    world.served.setDesired(desiredOf(spec));
    await world.clock.advance(200);
    expect(world.phases()).toBe('ready');
  });
});

describe('basic scaling', () => {
  const spec = specOf({ type: 'basic', maxInstances: 3, idleTimeoutMs: 5 * MINUTE });

  it('2.2i L1 starts nothing until the first request, which waits for the start request', async () => {
    const world = createWorld({ spec, behaviour: () => ({ startMs: 2 * SECOND }) });
    await world.clock.advance(MINUTE);
    expect(world.created).toHaveLength(0);
    const first = world.claim();
    await world.clock.advance(2 * SECOND + 100);
    expect(first.result).toMatchObject({ kind: 'claim', instance: '0', pendingMs: 2_100 });
  });

  it('2.2i starts one instance for a burst, not one each', async () => {
    const world = createWorld({ spec, behaviour: () => ({ spawnMs: SECOND }) });
    const burst = Array.from({ length: 10 }, () => world.request(100));
    await world.clock.advance(SECOND);
    expect(world.created).toHaveLength(1);
    expect(burst.every(({ outcome }) => outcome === 'instance 0')).toBe(true);
  });

  it('adds instances with the load, up to its maximum, without making requests wait for them', async () => {
    const world = createWorld({ spec });
    await load(world, { count: 1, ms: 200, forMs: SECOND });
    const requests = Array.from({ length: 60 }, () => world.request(10 * SECOND));
    expect(requests.every(({ outcome }) => outcome === 'instance 0')).toBe(true);
    await world.clock.advance(SECOND);
    expect(world.phases()).toBe('ready ready ready');
    await world.clock.advance(10 * SECOND);
    expect(world.created).toHaveLength(3);
  });

  it('L8 stops each instance when it has been idle for the timeout, counted from the end of its last request', async () => {
    const world = createWorld({ spec });
    world.request(2 * MINUTE);
    await world.clock.advance(200 + 2 * MINUTE);
    await world.clock.advance(5 * MINUTE - SECOND);
    expect(world.phases()).toBe('ready');
    await world.clock.advance(SECOND);
    expect(world.phases()).toBe('');
    expect(world.created[0]?.phase).toMatchObject({
      tag: 'ended',
      cause: { reason: 'idle for 300 s', isFailure: false },
    });
  });

  it('L8 never stops an instance with a request in flight', async () => {
    const world = createWorld({ spec });
    world.request(24 * 60 * MINUTE);
    await world.clock.advance(23 * 60 * MINUTE);
    expect(world.phases()).toBe('ready');
  });

  it('V1 L9 restarts a dead instance only when it is needed, and reuses its number', async () => {
    const world = createWorld({ spec });
    world.request(100);
    await world.clock.advance(SECOND);
    world.created[0]?.crash('exited with code 1');
    await world.clock.advance(MINUTE);
    expect(world.created).toHaveLength(1);
    const next = world.request(100);
    await world.clock.advance(SECOND);
    expect(next.outcome).toBe('instance 0');
    expect(world.created).toHaveLength(2);
  });

  it('does not start a crashing program for every request', async () => {
    const world = createWorld({ spec, behaviour: () => ({ spawnMs: 10, crash: 'exited with code 1' }) });
    const refused = await load(world, { count: 5, ms: 50, forMs: 10 * SECOND });
    expect(refused.length).toBeGreaterThan(0);
    expect(world.created.length).toBeLessThan(8);
  });
});

describe('automatic scaling', () => {
  it('2.2a 2.2d follows a step in the load up and, fifteen minutes later, down', async () => {
    const world = createWorld({ spec: specOf({ type: 'automatic', maxConcurrentRequests: 10 }) });
    world.request(100);
    await world.clock.advance(SECOND);
    expect(await load(world, { count: 5, ms: 200, forMs: 10 * SECOND })).toEqual([]);
    expect(world.phases()).toBe('ready');
    expect(await load(world, { count: 30, ms: 200, forMs: 10 * SECOND })).toEqual([]);
    expect(world.phases().split(' ')).toHaveLength(5);
    await load(world, { count: 5, ms: 200, forMs: 16 * MINUTE });
    expect(world.phases()).toBe('ready');
    await world.clock.advance(16 * MINUTE);
    expect(world.phases()).toBe('');
  });

  it('V15 2.2a answers a burst on nothing with as many instances as it fills, not one each', async () => {
    const world = createWorld({
      spec: specOf({ type: 'automatic', maxConcurrentRequests: 8, targetThroughputUtilization: 0.95 }),
      behaviour: () => ({ spawnMs: 2 * SECOND }),
    });
    const burst = Array.from({ length: 12 }, () => world.request(100));
    await world.clock.advance(3 * SECOND);
    expect(world.created).toHaveLength(2);
    expect(burst.every(({ outcome }) => outcome.startsWith('instance'))).toBe(true);
  });

  it('V15 2.2a 3.2h makes a steady load wait for a slow start, and starts no more than the load fills', async () => {
    const world = createWorld({
      spec: specOf({ type: 'automatic', maxConcurrentRequests: 10 }),
      behaviour: () => ({ spawnMs: 8 * SECOND }),
    });
    const requests: Tracked[] = [];
    // Five a second, each of 100 ms: when the start is over, 40 of them wait.
    for (let index = 0; index < 50; index += 1) {
      requests.push(world.request(100));
      await world.clock.advance(200);
    }
    await world.clock.advance(10 * SECOND);
    expect(requests.every(({ outcome }) => outcome.startsWith('instance'))).toBe(true);
    expect(world.created.length).toBeLessThanOrEqual(7);
    // A minute of that load later, one does it all, and the others go after their time.
    for (let index = 0; index < 20 * 60; index += 1) {
      world.request(100);
      await world.clock.advance(SECOND);
    }
    expect(world.phases()).toBe('ready');
  });

  it('3.2g refuses what waits for a start that takes too long', async () => {
    const world = createWorld({ spec: specOf({ type: 'automatic' }), behaviour: () => ({ spawnMs: 15 * SECOND }) });
    const early = world.request(100);
    await world.clock.advance(6 * SECOND);
    const late = world.request(100);
    await world.clock.advance(10 * SECOND);
    expect(early.outcome).toBe('refused pending-timeout');
    expect(late.outcome).toMatch(/^instance /);
    expect(world.created).toHaveLength(1);
  });

  it('2.1h L4 keeps its minimum from the start, only while it receives traffic, and warms it up', async () => {
    const spec = specOf({ type: 'automatic', minIdleInstances: 2 }, { inboundServices: ['warmup'] });
    const world = createWorld({ spec, behaviour: () => ({ startMs: 500 }) });
    await world.clock.advance(200);
    expect(world.phases()).toBe('starting starting');
    await world.clock.advance(16 * MINUTE);
    expect(world.phases()).toBe('ready ready');
    world.request(10 * SECOND);
    await world.clock.advance(SECOND);
    world.served.setDesired(desiredOf(spec, { receivesTraffic: false }));
    await world.clock.advance(17 * MINUTE);
    expect(world.phases()).toBe('');
  });

  it('2.2c keeps spare instances on top of what the load needs', async () => {
    const world = createWorld({ spec: specOf({ type: 'automatic', minIdleInstances: 1, maxConcurrentRequests: 10 }) });
    await world.clock.advance(SECOND);
    // Nine in flight are more than the one spare instance's share: two are needed, one more is spare.
    for (let index = 0; index < 9; index += 1) world.request(MINUTE);
    await world.clock.advance(SECOND);
    expect(world.phases()).toBe('ready ready ready');
  });

  it('L12 marks the first request to an instance that was not warmed up', async () => {
    const world = createWorld({ spec: specOf({ type: 'automatic' }) });
    const [first, second] = [world.claim(), world.claim()];
    await world.clock.advance(200);
    expect([first, second].map(({ result }) => result?.kind === 'claim' && result.isLoadingRequest)).toEqual([
      true,
      false,
    ]);
  });

  it('3.2g refuses after ten seconds what finds no room at the maximum', async () => {
    const world = createWorld({ spec: specOf({ type: 'automatic', maxInstances: 1, maxConcurrentRequests: 1 }) });
    world.request(MINUTE);
    await world.clock.advance(SECOND);
    const second = world.request(MINUTE);
    await world.clock.advance(10 * SECOND);
    expect(second.outcome).toBe('refused pending-timeout');
    expect(world.created).toHaveLength(1);
  });

  it('2.1c waits for min_pending_latency before it starts a second instance', async () => {
    const world = createWorld({
      spec: specOf({ type: 'automatic', minPendingLatencyMs: 2_000, maxConcurrentRequests: 1 }),
    });
    world.request(MINUTE);
    await world.clock.advance(SECOND);
    const second = world.request(MINUTE);
    await world.clock.advance(1_900);
    expect(world.created).toHaveLength(1);
    await world.clock.advance(300);
    expect(second.outcome).toMatch(/^instance/);
  });

  it('2.1j adds an instance while processors are hot', async () => {
    const world = createWorld({ spec: specOf({ type: 'automatic' }) });
    world.request(MINUTE);
    await world.clock.advance(SECOND);
    const [instance] = world.created;
    if (!instance) throw new Error('no instance');
    instance.cpuUtilization = 0.95;
    instance.reportUsage();
    await world.clock.advance(SECOND);
    expect(world.phases()).toBe('ready ready');
  });

  it('replaces a dead instance only as the load wants it, with a new identity', async () => {
    const world = createWorld({ spec: specOf({ type: 'automatic' }) });
    world.request(100);
    await world.clock.advance(SECOND);
    world.created[0]?.crash('exited with code 1');
    await world.clock.advance(MINUTE);
    expect(world.phases()).toBe('');
    const next = world.request(100);
    await world.clock.advance(SECOND);
    expect(next.outcome).toMatch(/^instance [0-9a-f]{40}$/);
    expect(next.outcome).not.toBe(`instance ${world.created[0]?.id}`);
  });
});

describe('building', () => {
  it('builds once before the first start, and again only after a failure', async () => {
    let builds = 0;
    const world = createWorld({
      spec: specOf({ type: 'manual', instances: 2 }),
      build: async () => {
        builds += 1;
        if (builds === 1) throw new Error('no network');
      },
    });
    const waiting = world.claim();
    await world.clock.advance(10);
    expect(waiting.result).toMatchObject({ refusal: 'start-failed', reason: 'no network' });
    await world.clock.advance(2 * SECOND);
    expect([builds, world.phases()]).toEqual([2, 'ready ready']);
    expect(world.log).toContain('error: the build failed: no network');
  });
});

describe('the end', () => {
  it('L6 stops everything, cuts nothing short that is done in time, and leaves no timer behind', async () => {
    const world = createWorld({ spec: specOf({ type: 'automatic', minInstances: 2 }) });
    await world.clock.advance(SECOND);
    const running = world.request(5 * SECOND);
    const closing = world.served.close({ reason: 'the platform ends', isFailure: false });
    expect(world.claim().outcome).toBe('refused shutting-down');
    await world.clock.advance(4 * SECOND);
    expect(running.result?.kind === 'claim' && running.result.signal.aborted).toBe(false);
    await world.clock.advance(2 * SECOND);
    await closing;
    await world.clock.advance(20 * MINUTE);
    expect([world.phases(), world.clock.pendingTimers]).toEqual(['', 0]);
  });
});
