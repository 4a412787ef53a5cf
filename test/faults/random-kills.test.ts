/** Platform and tool are killed at random moments of deploys and rollbacks, under traffic. */
import { expect, it } from 'vitest';
import { backendOf, deployTo, settled } from './client.ts';
import { countsOf } from './counts.ts';
import { ageBlobs, expectNothingLeaked, orphans } from './leftovers.ts';
import { APPLICATION, MODULES, remark, writeApplication } from './marked-application.ts';
import { Machine, type RunningPlatform } from './platform-process.ts';
import { pause, randomFrom, seed } from './random.ts';
import { sample, Traffic } from './traffic.ts';
import { backwards, mixed, type Outage, unexplained } from './verdict.ts';

const count = countsOf(`random kills, seed ${seed}`);

/** How often each is killed; CI asks for fewer (.ci/run). */
const platformKills = Number(process.env.FAULT_KILLS ?? 200);
const toolKills = Number(process.env.FAULT_TOOL_KILLS ?? 40);

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function marks(platform: RunningPlatform): Promise<readonly string[]> {
  const samples = await Promise.all(MODULES.map((module) => sample(platform.routerPort, module)));
  return samples.map(({ mark = '', failure = '' }) => mark + failure);
}

async function collectAndEnd(machine: Machine): Promise<void> {
  // A platform keeps for an hour what it told clients is there; another one knows of no such promise.
  await machine.end();
  await machine.start();
  ageBlobs(machine);
  expect(await machine.run('platform', 'collect', '--keep', '1')).toMatchObject({ code: 0 });
  await machine.end();
  await expectNothingLeaked(machine);
}

it('is wholly old or wholly new whenever the platform is killed, and nothing is left over', async () => {
  const random = randomFrom(seed);
  const machine = new Machine();
  const paths = writeApplication(machine.directory, 'round-0');
  let platform = await machine.start();
  await deployTo(platform, machine, paths);
  const traffic = new Traffic(platform.routerPort);
  const outages: Outage[] = [];
  const releaseMs = await timeOf(() => {
    remark(machine.directory, 'timed');
    return deployTo(platform, machine, paths);
  });
  let live = 'timed';
  for (let round = 1; round <= platformKills; round += 1) {
    const next = `round-${round}`;
    remark(machine.directory, next);
    const deploying = deployTo(platform, machine, paths).then(
      () => true,
      () => false,
    );
    // Moments are spread over what a release takes on this machine.
    await pause(random() * releaseMs * 1.3);
    const fromMs = performance.now();
    platform.kill();
    await platform.ended;
    platform = await machine.start();
    if (random() < 0.15) {
      // Dead again before it has recovered.
      await pause(random() * 100);
      platform.kill();
      await platform.ended;
      platform = await machine.start();
      count({ kills: 1 });
    }
    traffic.port = platform.routerPort;
    outages.push({ fromMs, untilMs: platform.readyAtMs });
    const isAcknowledged = await deploying;
    await settled(platform);
    const found = await marks(platform);
    expect([live, next], `round ${round}`).toContain(found[0]);
    expect(new Set(found), `round ${round}: modules of several releases`).toHaveProperty('size', 1);
    if (isAcknowledged) expect(found[0], `round ${round}: what was acknowledged is live`).toBe(next);
    if (found[0] !== next) await deployTo(platform, machine, paths);
    expect(await marks(platform), `round ${round}: the same command completes`).toEqual([next, next, next]);
    live = next;
    if (random() < 0.2) {
      await backendOf(platform).releases.rollback(APPLICATION, undefined);
      live = (await marks(platform))[0] ?? '';
    }
    expect(orphans(machine, platform), `round ${round}: orphans`).toEqual([]);
    count({ kills: 1 });
  }
  const samples = await traffic.stop();
  const lost = unexplained(samples, outages);
  count({ requests: samples.length, 'requests lost without a kill': lost.length });
  expect(lost).toEqual([]);
  expect(mixed(samples)).toEqual([]);
  expect(backwards(samples)).toEqual([]);
  await collectAndEnd(machine);
});

it('goes on without the tool, which can be attached again, whenever the tool is killed', async () => {
  const random = randomFrom(seed + 1);
  const machine = new Machine();
  const paths = writeApplication(machine.directory, 'round-0');
  const platform = await machine.start();
  await deployTo(platform, machine, paths);
  const traffic = new Traffic(platform.routerPort);
  let waits = 0;
  for (let round = 1; round <= toolKills; round += 1) {
    const next = `round-${round}`;
    remark(machine.directory, next);
    const { child, finished } = machine.tool('update', ...paths);
    await pause(100 + random() * 900);
    child.kill('SIGKILL');
    await finished;
    const operations = await backendOf(platform).operations.list(APPLICATION);
    const pending = operations.find(({ state }) => state === 'pending');
    if (pending) {
      const waited = await machine.run('operations', 'wait', pending.id, '-A', APPLICATION);
      expect(waited, `round ${round}`).toMatchObject({ code: 0 });
      expect(await marks(platform)).toEqual([next, next, next]);
      waits += 1;
    }
    await deployTo(platform, machine, paths);
    expect(await marks(platform), `round ${round}: the same command completes`).toEqual([next, next, next]);
  }
  const samples = await traffic.stop();
  const failed = samples.filter(({ failure }) => failure !== undefined);
  count({ 'kills of the tool': toolKills, 'waits taken up again': waits, requests: samples.length });
  expect(failed).toEqual([]);
  expect(mixed(samples)).toEqual([]);
  expect(backwards(samples)).toEqual([]);
  await collectAndEnd(machine);
});
