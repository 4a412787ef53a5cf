/** Load at saturation for a minute, with deploys every few seconds and instances killed at random. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { backendOf, deployTo } from './client.ts';
import { countsOf } from './counts.ts';
import { ageBlobs, expectNothingLeaked, orphans } from './leftovers.ts';
import { APPLICATION, remark, writeApplication } from './marked-application.ts';
import { Machine, type RunningPlatform } from './platform-process.ts';
import { pause, randomFrom, seed } from './random.ts';
import { type Sample, Traffic } from './traffic.ts';
import { backwards, mixed } from './verdict.ts';

const count = countsOf(`soak, seed ${seed}`);
const seconds = Number(process.env.FAULT_SOAK_SECONDS ?? 60);
const CLIENTS_A_MODULE = 8;
const MEBIBYTE = 1024 * 1024;

interface Kill {
  readonly module: string;
  readonly atMs: number;
}

interface Reading {
  readonly rssBytes: number;
  readonly descriptors: number;
}

function reading({ pid }: RunningPlatform): Reading {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { rssBytes: Number(kilobytes) * 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A killed process may still have its connections for as long as the machine takes to get to it. */
const DYING_MS = 1000;

/** Failed requests that no killed instance explains. */
function lost(samples: readonly Sample[], kills: readonly Kill[]): readonly Sample[] {
  const wasKilled = ({ module, startedMs, endedMs }: Sample) =>
    kills.some((kill) => kill.module === module && startedMs <= kill.atMs + DYING_MS && endedMs >= kill.atMs);
  return samples.filter((sample) => sample.failure !== undefined && !wasKilled(sample));
}

it('loses no request but those on killed instances, and grows neither in memory nor in open files', async () => {
  const random = randomFrom(seed);
  const machine = new Machine();
  const paths = writeApplication(machine.directory, 'deploy-0');
  const platform = await machine.start();
  const backend = backendOf(platform);
  await deployTo(platform, machine, paths);
  const traffic = new Traffic(platform.routerPort, { clients: CLIENTS_A_MODULE, pauseMs: 0 });
  const kills: Kill[] = [];
  const readings: Reading[] = [];
  const endMs = performance.now() + seconds * 1000;
  let deploys = 0;
  while (performance.now() < endMs) {
    deploys += 1;
    remark(machine.directory, `deploy-${deploys}`);
    const report = await deployTo(platform, machine, paths);
    expect(report.outcome).toBe('live');
    await pause(random() * 1500);
    const instances = (await backend.instances?.list(APPLICATION)) ?? [];
    const victim = instances.filter(({ state, pid }) => state === 'ready' && pid !== undefined)[
      Math.floor(random() * instances.length)
    ];
    if (victim?.pid !== undefined) {
      kills.push({ module: victim.module, atMs: performance.now() });
      process.kill(victim.pid, 'SIGKILL');
    }
    await pause(500 + random() * 1000);
    readings.push(reading(platform));
  }
  const samples = await traffic.stop();
  const failed = samples.filter(({ failure }) => failure !== undefined);
  const gone = lost(samples, kills);
  const quarter = Math.ceil(readings.length / 4);
  const [early, late] = [readings.slice(0, quarter), readings.slice(-quarter)];
  const rss = [early, late].map((list) => median(list.map(({ rssBytes }) => rssBytes)));
  const descriptors = [early, late].map((list) => median(list.map((entry) => entry.descriptors)));
  count({
    deploys,
    'instances killed': kills.length,
    requests: samples.length,
    'lost with their instance': failed.length - gone.length,
    'lost otherwise': gone.length,
    'MiB at first': Math.round((rss[0] ?? 0) / MEBIBYTE),
    'MiB at last': Math.round((rss[1] ?? 0) / MEBIBYTE),
    'open files at first': descriptors[0] ?? 0,
    'open files at last': descriptors[1] ?? 0,
  });
  expect(gone).toEqual([]);
  expect(failed.length, 'at most what was in flight: one request a client').toBeLessThanOrEqual(
    kills.length * CLIENTS_A_MODULE,
  );
  expect(mixed(samples)).toEqual([]);
  expect(backwards(samples)).toEqual([]);
  expect(kills.length).toBeGreaterThan(3);
  expect(rss[1]).toBeLessThan((rss[0] ?? 0) * 1.5 + 64 * MEBIBYTE);
  expect(descriptors[1]).toBeLessThan((descriptors[0] ?? 0) + 64);
  expect(orphans(machine, platform)).toEqual([]);
  await machine.end();
  await machine.start();
  ageBlobs(machine);
  await machine.run('platform', 'collect', '--keep', '1');
  await machine.end();
  await expectNothingLeaked(machine);
});
