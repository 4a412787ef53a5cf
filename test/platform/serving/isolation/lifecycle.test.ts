/** Start, stop and limits of instances behind the wrappers of each level. */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { findMarked } from '../../../../src/platform/serving/nonce-sweep.ts';
import { processTree } from '../../../../src/platform/serving/process-table.ts';
import { systemClock } from '../../../../src/support/clock.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { automatic, basic, claim, eventually, fetchFrom, isAlive, manual, nodeRuntime } from '../serving-rig.ts';
import { createIsolatedRig, groupMembers, type IsolatedRig, possibleLevels, type RigOptions } from './isolated-rig.ts';

const levels = await possibleLevels();
const wrapped = levels.filter((level) => level !== 'none');

let rig: IsolatedRig | undefined;
afterEach(async () => {
  await rig?.end();
  rig = undefined;
});

async function open(level: (typeof levels)[number], options: RigOptions = {}): Promise<IsolatedRig> {
  rig = await createIsolatedRig(level, options);
  return rig;
}

const pidOf = (of: IsolatedRig) => of.engine.instances()[0]?.pid ?? 0;

describe.each(wrapped)('at level %s', (level) => {
  it('an instance gets exactly its environment, and says at which level it runs', async () => {
    const world = await open(level);
    const odd = { COLOUR: "it's", 'dotted.name': 'x y', OPTIND: 'none', EMPTY: '', LINES: 'a\nb', UNICODE: 'È\u0301€' };
    const desired = world.place('serving-ok', { scaling: automatic(), environmentVariables: odd });
    await world.serve(desired);
    const { environment } = JSON.parse((await fetchFrom(world, desired)).body);
    expect(environment).toEqual({
      ...odd,
      PORT: expect.any(String),
      TMPDIR: expect.any(String),
      APPCFG_PLATFORM: world.nonce,
      APPCFG_PROCESS: expect.any(String),
    });
    expect(world.engine.instances()).toMatchObject([{ isolation: level }]);
  });

  it("code in an application's environment runs with the application's rights only", async () => {
    const world = await open(level);
    const desired = world.place('hostile', {
      scaling: manual(1),
      environmentVariables: { LD_PRELOAD: '/usr/lib/no-such-library.so', PATH: '/usr/bin:/bin' },
    });
    await world.serve(desired);
    expect(JSON.parse((await world.ask(desired, 'environment')).said)).toMatchObject({
      LD_PRELOAD: '/usr/lib/no-such-library.so',
    });
    // The loader of the wrappers would have complained as well.
    expect(world.messages().filter((line) => line.includes('ERROR: ld.so')).length).toBeLessThanOrEqual(1);
  });

  it('SIGTERM reaches the program, and what it prints then is kept', async () => {
    const world = await open(level);
    const desired = world.place('slow-request', { scaling: manual(1) });
    await world.serve(desired);
    world.engine.setDesired([]);
    await eventually(() => world.engine.instances().length === 0);
    expect(world.messages()).toContain('stop hook');
    expect(world.messages()).toContain('terminating');
  });

  it('SIGTERM reaches a program that a shell has started', async () => {
    const world = await open(level, {
      runtimeFor: () => ({
        ...nodeRuntime,
        launch: (context) => {
          const { command, args, ...rest } = nodeRuntime.launch(context);
          return {
            ...rest,
            command: '/bin/sh',
            args: ['-c', `trap true TERM; "${command}" "${args[0]}"; echo shell ended`],
          };
        },
      }),
    });
    const desired = world.place('slow-request', { scaling: manual(1) });
    await world.serve(desired);
    world.engine.setDesired([]);
    await eventually(() => world.engine.instances().length === 0);
    expect(world.messages()).toContain('terminating');
  });

  it('what ignores SIGTERM is killed', async () => {
    const world = await open(level, { limits: { graceMs: 100, killDelayMs: 100, sampleIntervalMs: 100 } });
    const desired = world.place('ignores-term', { scaling: manual(1) });
    await world.serve(desired);
    world.engine.setDesired([]);
    await eventually(() => world.engine.instances().length === 0);
    expect(world.messages()).toContain('not now');
  });

  it('tells exit codes, signals, and programs that are not there', async () => {
    const world = await open(level);
    await expect(world.prepare(world.place('crash-on-start', { scaling: manual(1) }))).rejects.toMatchObject({
      message: expect.stringMatching(/exited with code 3 before it listened/),
      details: { output: ['reading the configuration', 'Error: DATABASE_URL is not set'] },
    });
    const desired = world.place('hostile', { scaling: manual(1) });
    await world.serve(desired);
    await world.ask(desired, 'run', 'kill -SEGV $PPID').catch(() => undefined);
    await eventually(() => world.messages().some((line) => line.includes('killed by SIGSEGV')));
    await world.end();
    const lost = await open(level, {
      runtimeFor: () => ({
        ...nodeRuntime,
        launch: () => ({ command: '/no/such/program', args: [], cwd: '/', environment: {} }),
      }),
    });
    await expect(lost.prepare(lost.place('serving-ok', { scaling: manual(1) }))).rejects.toThrow('command not found');
  });

  it('says that the directory of a version is gone', async () => {
    const world = await open(level, {
      runtimeFor: () => ({
        ...nodeRuntime,
        launch: () => ({ command: '/bin/true', args: [], cwd: '/no/such/directory', environment: {} }),
      }),
    });
    await expect(world.prepare(world.place('serving-ok', { scaling: manual(1) }))).rejects.toThrow(
      '/no/such/directory',
    );
  });

  it('what leaves its group and forgets every mark ends with its instance', async () => {
    const world = await open(level);
    const desired = world.place('hostile', { scaling: manual(1) });
    await world.serve(desired);
    await world.ask(desired, 'escape');
    const pids = world.isolation.cgroups.length > 0 ? groupMembers(world) : processTree(pidOf(world));
    expect(pids.length).toBeGreaterThan(1);
    world.engine.setDesired([]);
    await eventually(() => world.engine.instances().length === 0);
    await eventually(() => !pids.some(isAlive), 'the end of the escaped process');
  });

  it('memory and processor time of everything inside are counted', async () => {
    const world = await open(level, { limits: { sampleIntervalMs: 50 } });
    const desired = world.place('hostile', { scaling: manual(1), instanceClass: 'B4' });
    await world.serve(desired);
    await world.ask(desired, 'hog', 100);
    await eventually(
      () => (world.engine.instances()[0]?.memoryBytes ?? 0) > 120 * 1024 * 1024,
      'a reading of the memory',
    );
    await eventually(() => (world.engine.instances()[0]?.cpuSeconds ?? 0) > 0, 'a reading of the processor time');
  });

  it('idle instances end and come back', async () => {
    const world = await open(level);
    const desired = world.place('slow-request', { scaling: basic(1, 100) });
    await world.serve(desired);
    await fetchFrom(world, desired);
    await eventually(() => world.engine.instances().length === 0);
    expect((await fetchFrom(world, desired)).instance).toBe('0');
  });

  it('a killed instance is replaced', async () => {
    const world = await open(level);
    const desired = world.place('serving-ok', { scaling: manual(1) });
    await world.serve(desired);
    const pid = pidOf(world);
    process.kill(pid, 'SIGKILL');
    await eventually(() => pidOf(world) !== pid);
    expect((await fetchFrom(world, desired)).status).toBe(200);
    expect(world.messages()).toContain('instance 0 ended: was killed by SIGKILL');
  });

  it('reaches other ports of this machine, and is told of one that it should not use', async () => {
    const world = await open(level);
    const [first, second] = ['one', 'two'].map((application) =>
      world.place('hostile', { scaling: manual(1), application }),
    );
    if (!first || !second) throw new Error('not placed');
    await Promise.all([world.prepare(first), world.prepare(second)]);
    world.engine.setDesired([first, second]);
    const claimed = await claim(world, first);
    if (claimed.kind === 'refused') throw new Error(claimed.reason);
    expect(await world.ask(second, 'connect', claimed.port)).toMatchObject({ isDone: true });
    claimed.release({ status: 200, latencyMs: 1 });
  });

  it.runIf(process.platform === 'linux')('nothing is left when the platform is killed', async () => {
    const nonce = randomBytes(12).toString('hex');
    const temporary = temporaryDirectory();
    chmodSync(temporary, 0o711);
    const daemon = fork(fileURLToPath(new URL('programs/daemon.ts', import.meta.url)), [level, nonce], {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [{ pids, cgroups }] = (await once(daemon, 'message')) as [
      { pids: readonly number[]; cgroups: readonly string[] },
    ];
    expect(pids.filter(isAlive)).toEqual(pids);
    daemon.kill('SIGKILL');
    await eventually(async () => (await findMarked(nonce, systemClock)).length === 0, 'the end of all processes');
    await eventually(() => !pids.some(isAlive), 'the end of what hid');
    await eventually(() => !cgroups.some((directory) => existsSync(directory)), 'the removal of the groups');
  });
});

describe.each(wrapped)('limits at level %s', (level) => {
  const kernelLimits = async () => {
    const world = await open(level);
    return world.isolation.status.kernelLimits;
  };

  it('memory beyond the limit of the class is refused at once, and the reason is told', async (context) => {
    if (!(await kernelLimits()).includes('memory')) return context.skip('the kernel limits no memory here');
    await rig?.end();
    const world = await open(level, { limits: { sampleIntervalMs: 600_000 } });
    const desired = world.place('hostile', { scaling: manual(1), instanceClass: 'B1', runtime: 'python27' });
    await world.serve(desired);
    await world.ask(desired, 'hog', 400).catch(() => undefined);
    await eventually(() => world.messages().includes('instance 0 ended: exceeded the memory limit of B1 (128 MB)'));
    await eventually(() => world.engine.instances().some(({ state, restarts }) => state === 'ready' && restarts === 1));
  });

  it('processes beyond the limit are refused, and others do not suffer', async (context) => {
    if (!(await kernelLimits()).includes('processes')) return context.skip('the kernel limits no processes here');
    await rig?.end();
    const world = await open(level, { processLimit: 64 });
    const desired = world.place('hostile', { scaling: manual(1) });
    await world.serve(desired);
    const { said } = await world.ask(desired, 'bomb');
    expect(Number(said)).toBeLessThan(64);
    expect(Number(said)).toBeGreaterThan(10);
    world.engine.setDesired([]);
    await eventually(() => world.engine.instances().length === 0);
  });
});

describe.skipIf(!wrapped.includes('process'))('without control groups', () => {
  it.skipIf(process.getuid?.() !== 0)("the processes of each application's user are limited", async () => {
    const world = await open('process', { hasNoCgroups: true, processLimit: 8 });
    expect(world.isolation.status).toMatchObject({
      kernelLimits: [],
      reasons: [expect.stringContaining('the kernel does not limit memory, cpu, processes')],
    });
    const [greedy, other] = ['greedy', 'other'].map((application) =>
      world.place('hostile', { scaling: manual(1), application }),
    );
    if (!greedy || !other) throw new Error('not placed');
    await world.prepare(greedy);
    expect(Number((await world.ask(greedy, 'bomb')).said)).toBeLessThan(64);
    await world.prepare(other);
    expect(await world.ask(other, 'run', 'echo fine')).toMatchObject({ said: 'fine\n' });
  });

  it('memory is watched', async () => {
    const world = await open('process', { hasNoCgroups: true });
    const desired = world.place('hostile', { scaling: manual(1), instanceClass: 'B1', runtime: 'python27' });
    await world.serve(desired);
    await world.ask(desired, 'hog', 200).catch(() => undefined);
    await eventually(() =>
      world.messages().some((line) => /exceeded the memory limit of B1 \(128 MB\): \d+ MB/.test(line)),
    );
  });
});
