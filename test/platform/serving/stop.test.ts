/** How instances end: the documented shutdown, crashes and their restarts, limits. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Claim } from '../../../src/platform/serving/version-pool.ts';
import {
  automatic,
  basic,
  claim,
  createRig,
  desiredOf,
  eventually,
  fetchFrom,
  get,
  isAlive,
  manual,
  type Rig,
} from './serving-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig({ limits: { restartMaxDelayMs: 100, automaticIdleMs: 200, excessIdleMs: 100 } });
});
afterEach(() => rig.end());

const pidOf = (id = '0') => rig.engine.instances().find((instance) => instance.id === id)?.pid ?? 0;

async function claimed(...parameters: Parameters<typeof claim>): Promise<Claim> {
  const result = await claim(...parameters);
  if (result.kind === 'refused') throw new Error(result.reason);
  return result;
}

describe('shutdown', () => {
  it('L6 L7 refuses new requests at once, lets running ones finish, runs the hook, then terminates', async () => {
    const desired = desiredOf('slow-request', { scaling: manual(1) });
    await rig.serve(desired);
    const running = await claimed(rig, desired);
    const answer = get(running, '/400');
    rig.engine.setDesired([]);
    expect(rig.engine.pool(desired.deployment.deploymentId)).toBeUndefined();
    expect((await answer).body).toBe('done');
    expect(running.signal.aborted).toBe(false);
    running.release({ status: 200, latencyMs: 400 });
    await eventually(() => rig.engine.instances().length === 0);
    const said = rig.messages().filter((message) => /^(stop hook|terminating|\/_ah\/stop 200)$/.test(message));
    // Output and answer take different ways to us; only the end is in order.
    expect([...said].sort()).toEqual(['/_ah/stop 200', 'stop hook', 'terminating']);
    expect(said.at(-1)).toBe('terminating');
  });

  it('5.1g answers claims on a stopped version with "stopped" and starts it again', async () => {
    const desired = desiredOf('serving-ok', { scaling: manual(1) });
    await rig.serve(desired);
    const pid = pidOf();
    rig.engine.setDesired([{ ...desired, servingStatus: 'stopped' }]);
    expect(await claim(rig, desired)).toMatchObject({ kind: 'refused', refusal: 'stopped' });
    await rig.engine.settled(desired.deployment.deploymentId, AbortSignal.timeout(5_000));
    expect(rig.engine.instances()).toEqual([]);
    expect(isAlive(pid)).toBe(false);
    rig.engine.setDesired([desired]);
    await rig.engine.settled(desired.deployment.deploymentId, AbortSignal.timeout(5_000));
    expect(rig.engine.instances()).toMatchObject([{ id: '0', state: 'ready', restarts: 0 }]);
  });

  it('L11 cuts requests when the grace period is over and kills what ignores SIGTERM', async () => {
    const impatient = await createRig({ limits: { graceMs: 100, killDelayMs: 100 } });
    const desired = desiredOf('ignores-term', { scaling: manual(1) });
    await impatient.serve(desired);
    const running = await claimed(impatient, desired);
    impatient.engine.setDesired([]);
    await eventually(() => impatient.engine.instances().length === 0);
    expect(running.signal.aborted).toBe(true);
    expect(impatient.messages()).toContain('not now');
    await impatient.end();
  });

  it('L9 stops one instance on request; manual scaling replaces it, with the same number', async () => {
    const desired = desiredOf('serving-ok', { scaling: manual(2) });
    await rig.serve(desired);
    const [first, second] = [pidOf('0'), pidOf('1')];
    await rig.engine.stopInstance(desired.deployment.deploymentId, '1');
    await rig.engine.settled(desired.deployment.deploymentId, AbortSignal.timeout(5_000));
    expect(pidOf('0')).toBe(first);
    expect(pidOf('1')).not.toBe(second);
    await expect(rig.engine.stopInstance(desired.deployment.deploymentId, '7')).rejects.toMatchObject({
      code: 'instance.not-found',
    });
  });

  it('V10 2.2k changes the number of manual instances without disturbing the others', async () => {
    const desired = desiredOf('serving-ok', { scaling: manual(1) });
    await rig.serve(desired);
    const pid = pidOf();
    rig.engine.setDesired([{ ...desired, instances: 3 }]);
    await rig.engine.settled(desired.deployment.deploymentId, AbortSignal.timeout(5_000));
    expect(rig.engine.instances().map(({ id }) => id)).toEqual(['0', '1', '2']);
    rig.engine.setDesired([{ ...desired, instances: 1 }]);
    await rig.engine.settled(desired.deployment.deploymentId, AbortSignal.timeout(5_000));
    expect(rig.engine.instances().map(({ id }) => id)).toEqual(['0']);
    expect(pidOf()).toBe(pid);
    // Each of the two that are too many had its hook run.
    expect(rig.messages().filter((message) => message === '/_ah/stop 200')).toHaveLength(2);
    expect(await claim(rig, desired, { instance: '2' })).toMatchObject({ refusal: 'unknown-instance' });
  });

  it('L10 lets old and new deployment of a version live side by side during a swap, and loses no request', async () => {
    const before = desiredOf('serving-ok', { scaling: manual(2) });
    const after = desiredOf('serving-ok', { scaling: manual(2) });
    await rig.serve(before);
    let current = before;
    let isOver = false;
    const statuses: number[] = [];
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!isOver) statuses.push((await fetchFrom(rig, current)).status);
      }),
    );
    await rig.prepare(after);
    expect(rig.engine.instances()).toHaveLength(4);
    current = after;
    rig.engine.setDesired([after]);
    await eventually(() => rig.engine.instances().length === 2);
    isOver = true;
    await load;
    expect(rig.messages().filter((message) => message === '/_ah/stop 200')).toHaveLength(2);
    expect(statuses.length).toBeGreaterThan(10);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('lets go of a prepared deployment, and keeps it until then whatever else is desired', async () => {
    const live = desiredOf('serving-ok', { scaling: manual(1) });
    const prepared = desiredOf('serving-ok', { scaling: manual(1) });
    await rig.serve(live);
    await rig.prepare(prepared);
    rig.engine.setDesired([live]);
    expect(rig.engine.instances()).toHaveLength(2);
    await rig.engine.abandon(prepared.deployment.deploymentId);
    expect(rig.engine.instances()).toHaveLength(1);
    await rig.engine.abandon(live.deployment.deploymentId);
    expect(rig.engine.instances()).toHaveLength(1);
  });
});

describe('restart', () => {
  it('2.2k restarts a manual instance that dies, at once, and shows it', async () => {
    const desired = desiredOf('forks-a-grandchild', { scaling: manual(1) });
    await rig.serve(desired);
    const { inGroup, escaped } = JSON.parse((await fetchFrom(rig, desired)).body);
    expect([isAlive(inGroup), isAlive(escaped)]).toEqual([true, true]);
    await expect(fetchFrom(rig, desired, '/exit')).rejects.toThrow();
    await eventually(() => rig.engine.instances().some(({ state, restarts }) => state === 'ready' && restarts === 1));
    expect(rig.messages()).toContain('instance 0 ended: exited with code 1');
    // The one in the group dies with its leader; the one that left it is found by its mark.
    expect(isAlive(inGroup)).toBe(false);
    if (process.platform === 'linux') await eventually(() => !isAlive(escaped), 'the end of the escaped process');
  });

  it('3.2h keeps requests waiting while the killed instance comes back', async () => {
    const desired = desiredOf('serving-ok', { scaling: manual(1) });
    await rig.serve(desired);
    const pid = pidOf();
    process.kill(pid, 'SIGKILL');
    await eventually(() => pidOf() !== pid);
    expect((await fetchFrom(rig, desired)).status).toBe(200);
    expect(rig.messages()).toContain('instance 0 ended: was killed by SIGKILL');
  });

  it('backs off from an instance that keeps failing, says so, and refuses what waits for it', async () => {
    const desired = desiredOf('crash-on-start', { scaling: manual(1) });
    rig.engine.setDesired([desired]);
    expect(await claim(rig, desired)).toMatchObject({
      refusal: 'start-failed',
      reason: expect.stringMatching(/exited with code 3/),
    });
    await expect(rig.engine.settled(desired.deployment.deploymentId, AbortSignal.timeout(9_000))).rejects.toMatchObject(
      {
        code: 'instance.start-failed',
        details: { output: ['reading the configuration', 'Error: DATABASE_URL is not set'] },
      },
    );
    await eventually(() => rig.engine.instances().some(({ state, restarts }) => state === 'failed' && restarts >= 1));
    expect(
      rig.messages().some((message) => /^failure \d+; the next start is in 0.1 s at the earliest$/.test(message)),
    ).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')(
    'V17 2.3c shuts an instance down that exceeds the memory of its class',
    async () => {
      const desired = desiredOf('memory-hog', { scaling: manual(1), instanceClass: 'B1', runtime: 'python27' });
      await rig.serve(desired);
      await fetchFrom(rig, desired, '/hog');
      await eventually(() => rig.messages().some((message) => message.includes('exceeded the memory limit')));
      expect(rig.messages().join('\n')).toMatch(/instance 0 ended: exceeded the memory limit of B1 \(128 MB\): \d+ MB/);
      await eventually(() => rig.engine.instances().some(({ state, restarts }) => state === 'ready' && restarts === 1));
      await eventually(() => (rig.engine.instances()[0]?.memoryBytes ?? 0) > 1e7, 'a reading of the memory');
    },
  );
});

describe('scaling to zero', () => {
  it('L8 2.2i stops an idle basic instance with its hook and starts it again on demand, also by its address', async () => {
    const desired = desiredOf('slow-request', { scaling: basic(2, 150) });
    await rig.serve(desired);
    await fetchFrom(rig, desired);
    await eventually(() => rig.engine.instances().length === 0);
    expect(rig.messages()).toContain('stop hook');
    expect((await fetchFrom(rig, desired, '/', { instance: '1' })).instance).toBe('1');
    expect(await claim(rig, desired, { instance: '2' })).toMatchObject({ refusal: 'unknown-instance' });
  });

  it('L12 2.2d stops an idle automatic instance without a hook and pays for a new one with a loading request', async () => {
    const desired = desiredOf('slow-request', { scaling: automatic() });
    await rig.serve(desired);
    await fetchFrom(rig, desired);
    await eventually(() => rig.engine.instances().length === 0);
    expect(rig.messages()).not.toContain('stop hook');
    const loading = await claimed(rig, desired);
    expect(loading).toMatchObject({ isLoadingRequest: true, instance: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(loading.pendingMs).toBeGreaterThan(0);
    loading.release({ status: 200, latencyMs: 1 });
  });
});

describe('output', () => {
  it('reaches the log store line by line, with level, instance and request', async () => {
    const desired = desiredOf('prints-lines', { scaling: manual(1) });
    await rig.serve(desired);
    await eventually(() => rig.messages().includes('no line end'));
    const find = (message: string) => rig.logs.find((record) => record.kind === 'app' && record.message === message);
    expect(find('plain line with ümlaut')).toMatchObject({
      application: 'simple-sample',
      module: 'my-module',
      version: 'uno',
      instance: '0',
      stream: 'stdout',
      level: 'info',
    });
    expect(find('line on stderr')).toMatchObject({ stream: 'stderr', level: 'warning' });
    expect(find('structured line')).toMatchObject({ level: 'error' });
    expect(find('from the launcher')).toMatchObject({ level: 'debug', requestId: 'abc123', stream: 'stderr' });
    const long = rig.logs.filter((record) => record.kind === 'app' && record.message.startsWith('xxx'));
    expect(long.map((record) => record.kind === 'app' && record.message.length)).toEqual([65_536, 4_464]);
  });
});
