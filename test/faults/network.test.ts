/** Deploys through a bad network: they complete or fail in words, and the same command completes. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { globalAgent } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isAppcfgError } from '../../src/errors.ts';
import { backendOf, deployTo, settled } from './client.ts';
import { countsOf } from './counts.ts';
import { type ConnectionFaults, startFaultProxy } from './fault-proxy.ts';
import { APPLICATION, MODULES, remark, writeApplication } from './marked-application.ts';
import { Machine, type RunningPlatform } from './platform-process.ts';
import { randomFrom, seed } from './random.ts';
import { sample, Traffic } from './traffic.ts';
import { backwards, mixed } from './verdict.ts';

const count = countsOf(`bad networks, seed ${seed}`);
const rounds = Number(process.env.FAULT_NETWORKS ?? 60);
const LARGE_BYTES = 3 * 1024 * 1024;

/** What may be said when the network was at fault. */
const honest = ['backend.unreachable', 'backend.connection-lost', 'upload.cut'];

async function expectMark(platform: RunningPlatform, mark: string, round: string): Promise<void> {
  const samples = await Promise.all(MODULES.map((module) => sample(platform.routerPort, module)));
  expect(
    samples.map((found) => (found.mark ?? '') + (found.failure ?? '')),
    round,
  ).toEqual([mark, mark, mark]);
}

/** Every deploy sends a large file too, so that there is something to cut. */
function change(machine: Machine, mark: string): void {
  remark(machine.directory, mark);
  writeFileSync(join(machine.directory, 'worker', 'large.bin'), randomBytes(LARGE_BYTES));
}

function randomFaults(random: () => number): ConnectionFaults {
  const within = (most: number) => Math.floor(random() * most);
  const kind = within(7);
  return {
    ...(kind === 0 ? { latencyMs: 5 + within(40) } : {}),
    ...(kind === 1 ? { resetAfterSent: 1 + within(2 * LARGE_BYTES) } : {}),
    ...(kind === 2 ? { resetAfterReceived: 1 + within(4000) } : {}),
    ...(kind === 3 ? { endAfterReceived: 1 + within(4000) } : {}),
    ...(kind === 4 ? { isRepeated: true } : {}),
    ...(kind === 5 ? { holdMs: within(400), isRepeated: random() < 0.5 } : {}),
  };
}

it('completes or fails in words, whatever happens to its connections', async () => {
  const random = randomFrom(seed);
  const machine = new Machine();
  const paths = writeApplication(machine.directory, 'round-0');
  const platform = await machine.start();
  await deployTo(platform, machine, paths);
  const proxy = await startFaultProxy(platform.controlPort, () => randomFaults(random));
  onTestFinished(() => proxy.close());
  const through = { controlPort: proxy.port, token: platform.token };
  const traffic = new Traffic(platform.routerPort);
  for (let round = 1; round <= rounds; round += 1) {
    const mark = `round-${round}`;
    change(machine, mark);
    const before = (await backendOf(platform).releases.list(APPLICATION))[0]?.id;
    // Each deploy has connections of its own.
    globalAgent.destroy();
    const failure = await deployTo(through, machine, paths).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure !== undefined) {
      expect(isAppcfgError(failure) ? failure.code : failure, mark).toBeOneOf(honest);
      await settled(platform);
    }
    await deployTo(platform, machine, paths);
    await expectMark(platform, mark, mark);
    const after = (await backendOf(platform).releases.list(APPLICATION))[0]?.id;
    expect(Number(after?.slice(1)), `${mark}: one release, however often it was sent`).toBe(
      Number(before?.slice(1)) + 1,
    );
    count({ deploys: 1, 'failed in words': failure === undefined ? 0 : 1 });
  }
  const samples = await traffic.stop();
  count({ ...proxy.counts, requests: samples.length });
  expect(samples.filter(({ failure }) => failure !== undefined)).toEqual([]);
  expect(mixed(samples)).toEqual([]);
  expect(backwards(samples)).toEqual([]);
});

it('gets a large upload through a network that cuts every connection after a part of it', async () => {
  const machine = new Machine();
  const paths = writeApplication(machine.directory, 'one');
  for (let index = 0; index < 12; index += 1) {
    writeFileSync(join(machine.directory, 'worker', `part-${index}.bin`), randomBytes(256 * 1024));
  }
  const platform = await machine.start();
  // 3 MB in pieces of less than one: complete files are not sent twice.
  const proxy = await startFaultProxy(platform.controlPort, () => ({ resetAfterSent: 900 * 1024 }));
  onTestFinished(() => proxy.close());
  const report = await deployTo({ controlPort: proxy.port, token: platform.token }, machine, paths);
  expect(report.outcome).toBe('live');
  expect(proxy.counts.resets).toBeGreaterThanOrEqual(3);
  await expectMark(platform, 'one', 'cut uploads');
  count({ resets: proxy.counts.resets, deploys: 1 });
});

it('goes on with a deploy whose platform was killed and came back', async () => {
  const machine = new Machine();
  const paths = writeApplication(machine.directory, 'one');
  const platform = await machine.start({ APPCFG_CRASH_AT: 'release.prepared' });
  const deploying = deployTo(platform, machine, paths);
  expect((await platform.ended).signal).toBe('SIGKILL');
  const again = await machine.start();
  expect(await deploying).toMatchObject({ outcome: 'live' });
  await expectMark(again, 'one', 'restarted');
  count({ kills: 1, deploys: 1 });
});

it('lets the tool deploy to a server by address and token through it', async () => {
  const random = randomFrom(seed + 1);
  const machine = new Machine();
  const paths = writeApplication(machine.directory, 'round-0');
  const platform = await machine.start();
  const proxy = await startFaultProxy(platform.controlPort, () => randomFaults(random));
  onTestFinished(() => proxy.close());
  const server = ['--server', `127.0.0.1:${proxy.port}`, '--token', platform.token];
  for (let round = 1; round <= 5; round += 1) {
    const mark = `round-${round}`;
    change(machine, mark);
    const { code, stderr } = await machine.run('update', ...paths, ...server);
    expect(stderr, mark).not.toMatch(/\n {4}at /);
    if (code !== 0) expect((await machine.run('update', ...paths)).code, stderr).toBe(0);
    await expectMark(platform, mark, mark);
    count({ deploys: 1, 'failed in words': code === 0 ? 0 : 1 });
  }
  count({ ...proxy.counts });
});
