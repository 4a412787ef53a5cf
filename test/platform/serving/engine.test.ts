/** The engine as its callers use it: prepare, repeat, roll back, close in the middle. */
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/support/clock.ts';
import {
  automatic,
  claim,
  createRig,
  desiredOf,
  eventually,
  fetchFrom,
  manual,
  nodeRuntime,
  type Rig,
} from './serving-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig.end());

describe('prepare', () => {
  it('announces the build, its warnings and its output', async () => {
    await rig.prepare(desiredOf('serving-ok', { scaling: automatic() }));
    const said = rig.events.map((event) =>
      event.type === 'version-phase'
        ? `${event.phase}: ${event.detail ?? ''}`
        : event.type === 'output'
          ? event.line
          : event.message,
    );
    expect(said).toEqual([
      'building: ',
      'building uno',
      'this is a test runtime',
      'building: nothing to install',
      'starting: 0 of 1 instances',
      'starting: 1 of 1 instances',
      'healthy: 1 of 1 instances',
    ]);
  });

  it('does its work once for the same deployment, at the same time or again', async () => {
    const desired = desiredOf('serving-ok', { scaling: manual(1) });
    await Promise.all([rig.prepare(desired), rig.prepare(desired)]);
    await rig.prepare(desired);
    expect(rig.engine.instances()).toHaveLength(1);
  });

  it('brings a stopped deployment back to health before it is desired again', async () => {
    const desired = desiredOf('serving-ok', { scaling: manual(1) });
    await rig.serve(desired);
    const stopped = { ...desired, servingStatus: 'stopped' } as const;
    rig.engine.setDesired([stopped]);
    await rig.engine.settled(desired.deployment.deploymentId, AbortSignal.timeout(5_000));
    await rig.prepare(stopped);
    expect(rig.engine.instances()).toEqual([]);
    await rig.prepare(desired);
    expect(rig.engine.instances()).toMatchObject([{ state: 'ready' }]);
    rig.engine.setDesired([desired]);
    expect((await fetchFrom(rig, desired)).status).toBe(200);
  });

  it('brings back a deployment whose former instances still drain', async () => {
    const desired = desiredOf('slow-request', { scaling: manual(1) });
    const other = desiredOf('serving-ok', { scaling: manual(1) });
    await rig.serve(desired);
    const running = await claim(rig, desired);
    await rig.serve(other);
    await rig.serve(desired);
    expect(
      rig.engine
        .instances()
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['ready', 'stopping', 'stopping']);
    if (running.kind === 'claim') running.release({ status: 200, latencyMs: 1 });
    await eventually(() => rig.engine.instances().length === 1);
    expect((await fetchFrom(rig, desired)).status).toBe(200);
  });

  it('fails with what the runtime says when the build fails, and leaves nothing', async () => {
    const broken = await createRig({
      runtimeFor: () => ({
        ...nodeRuntime,
        build: async () => {
          throw new Error('no matching version of left-pad');
        },
      }),
    });
    const desired = desiredOf('serving-ok', { scaling: manual(1) });
    await expect(broken.prepare(desired)).rejects.toThrow('left-pad');
    expect(broken.engine.pool(desired.deployment.deploymentId)).toBeUndefined();
    await broken.end();
  });
});

describe('a deployment that was never prepared', () => {
  it('is built and started because it is desired, as after a restart of the platform', async () => {
    const desired = desiredOf('serving-ok', { scaling: manual(1) });
    rig.engine.setDesired([desired]);
    expect((await fetchFrom(rig, desired)).status).toBe(200);
    await rig.engine.settled(desired.deployment.deploymentId, AbortSignal.timeout(5_000));
    expect(rig.messages()).toContain('building uno');
  });
});

describe('close', () => {
  it('ends a build and a start that are under way', async () => {
    const slow = await createRig({
      runtimeFor: ({ runtime }) => ({
        ...nodeRuntime,
        build: async (context) => {
          if (runtime === 'custom') {
            await context.run({ ...context, command: '/bin/sleep', args: ['60'], cwd: '/', environment: {} });
          }
          return nodeRuntime.build(context);
        },
      }),
    });
    const building = slow.prepare(desiredOf('serving-ok', { scaling: manual(1), runtime: 'custom' }));
    const starting = slow.prepare(desiredOf('never-listens', { scaling: manual(1) }));
    const outcomes = Promise.allSettled([building, starting]);
    await eventually(() => slow.messages().includes('thinking'));
    await slow.end();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(slow.prepare(desiredOf('serving-ok', { scaling: manual(1) }))).rejects.toMatchObject({
      code: 'platform.closing',
    });
  });

  it('shortens the grace of what drains already', async () => {
    const patient = await createRig({ limits: { graceMs: 600_000 } });
    const desired = desiredOf('slow-request', { scaling: manual(1) });
    await patient.serve(desired);
    const running = await claim(patient, desired);
    patient.engine.setDesired([]);
    await eventually(() => patient.engine.instances().some(({ state }) => state === 'stopping'));
    await patient.end();
    expect(running.kind === 'claim' && running.signal.aborted).toBe(true);
  });
});

describe('a port that another program takes first', () => {
  it('is given up for another one', async () => {
    const thief = createServer();
    let launches = 0;
    const contested = await createRig({
      runtimeFor: () => ({
        ...nodeRuntime,
        launch: (context) => {
          launches += 1;
          const launch = nodeRuntime.launch(context);
          if (launches > 1) return launch;
          // Stands for the other program: the instance itself is told to use a port that is taken.
          const address = thief.address();
          const port = address !== null && typeof address === 'object' ? address.port : 0;
          return { ...launch, environment: { ...launch.environment, PORT: String(port) } };
        },
      }),
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const desired = desiredOf('serving-ok', { scaling: manual(1) });
    await contested.serve(desired);
    expect((await fetchFrom(contested, desired)).status).toBe(200);
    expect(launches).toBe(2);
    expect(contested.engine.instances()).toMatchObject([{ restarts: 0 }]);
    thief.close();
    await contested.end();
  });
});

describe('an instance whose server closes while its process lives', () => {
  it('is replaced after a request lost its connection', async () => {
    const desired = desiredOf('closes-its-port', { scaling: manual(1) });
    await rig.serve(desired);
    await fetchFrom(rig, desired, '/close').catch(() => undefined);
    await systemClock.sleep(20);
    await fetchFrom(rig, desired).catch(() => undefined);
    await eventually(() => rig.engine.instances().some(({ state, restarts }) => state === 'ready' && restarts === 1));
    expect(rig.messages().join('\n')).toMatch(/ended: no longer accepts connections on \$PORT/);
  });
});
