/** What makes a deployment healthy, and what is said when it does not become so. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAppcfgError } from '../../../src/errors.ts';
import type { DesiredDeployment } from '../../../src/platform/deployment.ts';
import { automatic, basic, createRig, desiredOf, eventually, fetchFrom, manual, type Rig } from './serving-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig({ limits: { startTimeoutMs: 1_500, wrongPortGraceMs: 0, startAcceptedMs: 150 } });
});
afterEach(() => rig.end());

async function failureOf(desired: DesiredDeployment) {
  const error: unknown = await rig.prepare(desired).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isAppcfgError(error)) throw new Error(`not a catalogue error: ${error}`);
  expect(error.code).toBe('instance.start-failed');
  expect(rig.engine.instances()).toEqual([]);
  expect(rig.engine.pool(desired.deployment.deploymentId)).toBeUndefined();
  return { message: error.message, output: error.details.output as readonly string[] };
}

describe('healthy', () => {
  it('L1 2.2k starts all manual instances, asks each to start, and serves from all', async () => {
    const desired = desiredOf('serving-ok', { scaling: manual(2) });
    await rig.serve(desired);
    const answers = [await fetchFrom(rig, desired), await fetchFrom(rig, desired)];
    expect(answers.map(({ instance }) => instance).sort()).toEqual(['0', '1']);
    expect(rig.messages()).toContain('GET /_ah/start from 0.1.0.3 host 1.uno.my-module.simple-sample.localhost:8080');
    expect(rig.logs).toContainEqual(
      expect.objectContaining({ kind: 'request', resource: '/_ah/start', status: 200, ip: '0.1.0.3', instance: '0' }),
    );
    const phases = rig.events.flatMap((event) =>
      event.type === 'version-phase' ? [`${event.phase} ${event.detail ?? ''}`] : [],
    );
    expect(phases[0]).toBe('building ');
    expect(phases.at(-1)).toBe('healthy 2 of 2 instances');
    expect(rig.engine.instances('simple-sample').map(({ id, state, restarts }) => ({ id, state, restarts }))).toEqual([
      { id: '0', state: 'ready', restarts: 0 },
      { id: '1', state: 'ready', restarts: 0 },
    ]);
  });

  it('3.4c gives an instance the environment of its command, the platform marks, and nothing else', async () => {
    const desired = desiredOf('serving-ok', { scaling: automatic(), environmentVariables: { COLOUR: 'blue' } });
    await rig.serve(desired);
    const { environment } = JSON.parse((await fetchFrom(rig, desired)).body);
    expect(Object.keys(environment).sort()).toEqual(['APPCFG_PLATFORM', 'APPCFG_PROCESS', 'COLOUR', 'PORT', 'TMPDIR']);
    expect(environment.APPCFG_PLATFORM).toBe(rig.nonce);
  });

  it('L4 sends automatic instances no start request, and a warm-up only where the file asks for one', async () => {
    const plain = desiredOf('serving-ok', { scaling: automatic() });
    const warm = desiredOf('serving-ok', { scaling: automatic(), inboundServices: ['warmup'] });
    await rig.prepare(plain);
    expect(rig.messages().filter((message) => message.includes('/_ah/'))).toEqual([]);
    await rig.prepare(warm);
    expect(rig.messages().some((message) => message === '/_ah/warmup 200')).toBe(true);
    rig.engine.setDesired([plain, warm]);
    const first = await rig.engine.pool(plain.deployment.deploymentId)?.claim({});
    const warmed = await rig.engine.pool(warm.deployment.deploymentId)?.claim({});
    expect([first, warmed].map((result) => result?.kind === 'claim' && result.isLoadingRequest)).toEqual([true, false]);
  });

  it('2.2i L1 lets a basic instance listen and sends its start request with the first request', async () => {
    const desired = desiredOf('serving-ok', { scaling: basic(2) });
    await rig.serve(desired);
    expect(rig.engine.instances()).toMatchObject([{ id: '0', state: 'starting' }]);
    expect(rig.messages().some((message) => message.startsWith('/_ah/start'))).toBe(false);
    expect((await fetchFrom(rig, desired)).instance).toBe('0');
    expect(rig.messages()).toContain('/_ah/start 200');
  });

  it('L2 takes 404 to the start request for success', async () => {
    const desired = desiredOf('start-404', { scaling: manual(1) });
    await rig.serve(desired);
    expect((await fetchFrom(rig, desired)).status).toBe(200);
  });

  it('waits for a slow start', async () => {
    const desired = desiredOf('slow-start', { scaling: automatic() });
    await rig.serve(desired);
    expect((await fetchFrom(rig, desired)).body).toBe('slow but there');
  });

  it('L3 counts a start request that never ends as started, and gives the instance no traffic', async () => {
    const desired = desiredOf('start-never-returns', { scaling: manual(1), runtime: 'python27' });
    await rig.serve(desired);
    expect(rig.engine.instances()).toMatchObject([{ id: '0', state: 'starting', reason: '/_ah/start is running' }]);
    const client = new AbortController();
    const waiting = rig.engine.pool(desired.deployment.deploymentId)?.claim({ signal: client.signal });
    expect(waiting).toBeInstanceOf(Promise);
    client.abort();
    expect(await waiting).toMatchObject({ kind: 'refused', refusal: 'aborted' });
    // The program ends inside its grace period, because /_ah/stop told it to.
    rig.engine.setDesired([]);
    await eventually(() => rig.engine.instances().length === 0);
    expect(rig.messages()).toContain('/_ah/stop 200');
  });

  it('starts nothing for a version of static files', async () => {
    const handler = { url: '/', login: 'optional', authFailAction: 'redirect', secure: 'optional' } as const;
    const desired = desiredOf('crash-on-start', {
      scaling: automatic({ minInstances: 2 }),
      handlers: [{ ...handler, type: 'static-dir', directory: 'public' }],
    });
    await rig.serve(desired);
    expect(rig.engine.instances()).toEqual([]);
  });
});

describe('not healthy', () => {
  it('tells the exit code and the last lines of a crash', async () => {
    const { message, output } = await failureOf(desiredOf('crash-on-start', { scaling: manual(2) }));
    expect(message).toMatch(/instance \d: exited with code 3 before it listened on \$PORT \(\d+\)/);
    expect(output).toEqual(['reading the configuration', 'Error: DATABASE_URL is not set']);
  });

  it('V1 tells a start request that failed', async () => {
    const { message, output } = await failureOf(desiredOf('start-500', { scaling: manual(1) }));
    expect(message).toContain('instance 0: /_ah/start answered 500');
    expect(output).toEqual(['ERROR: no licence file']);
  });

  it('tells that nothing listens', async () => {
    const { message } = await failureOf(desiredOf('never-listens', { scaling: automatic() }));
    expect(message).toMatch(/does not listen on \$PORT \(\d+\) after 1.5 s/);
  });

  it.skipIf(process.platform !== 'linux')('tells the port on which it listens instead', async () => {
    const { message } = await failureOf(desiredOf('wrong-port', { scaling: automatic() }));
    expect(message).toMatch(/listens on port \d+ instead of \$PORT \(\d+\)/);
  });

  it('tells of a command that is not there', async () => {
    const engineRig = await createRig({
      runtimeFor: () => ({
        name: 'missing',
        accepts: () => true,
        build: async () => ({ warnings: [], facts: {} }),
        launch: () => ({ command: '/no/such/program', args: [], cwd: '/', environment: {} }),
      }),
    });
    await expect(engineRig.prepare(desiredOf('serving-ok', { scaling: automatic() }))).rejects.toThrow(
      /exited with code 127 \(command not found\)|ENOENT/,
    );
    await engineRig.end();
  });

  it('takes everything back when the deploy is interrupted', async () => {
    const stop = new AbortController();
    const desired = desiredOf('never-listens', { scaling: manual(2) });
    const preparing = rig.prepare(desired, stop.signal);
    await eventually(() => rig.messages().includes('thinking'));
    stop.abort(new Error('interrupted'));
    await expect(preparing).rejects.toThrow('interrupted');
    expect(rig.engine.instances()).toEqual([]);
  });
});
