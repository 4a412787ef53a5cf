/** Rollback and promotion of versions that run already: one swap of the routing table, and no process starts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { createPlatformBackend } from '../../src/adapters/platform/platform-backend.ts';
import { allTrafficTo } from '../../src/model/traffic.ts';
import { startPlatform } from '../../src/platform/platform.ts';
import { systemClock } from '../../src/support/clock.ts';
import { homeDirectories } from '../../src/support/home-directories.ts';
import { contractBench } from '../contract/contract-bench.ts';
import { call } from './router/client.ts';

let routerPort = 0;

const bench = contractBench(async () => {
  const home = mkdtempSync(join(tmpdir(), 'appcfg-warm-'));
  const platform = await startPlatform({
    directories: homeDirectories({ APPCFG_HOME: home }),
    host: '127.0.0.1',
    port: 0,
    controlPort: 0,
    assetsDirectory: resolve('runtimes'),
    environment: { PATH: process.env.PATH },
    clock: systemClock,
  });
  routerPort = platform.daemon.routerPort;
  const { controlPort, token } = platform.daemon;
  return {
    backend: createPlatformBackend({ url: `http://127.0.0.1:${controlPort}`, token, createdBy: 'test' }),
    cleanup: async () => {
      await platform.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
});

/** Answers with its version and with what only this one process knows. */
const program = (version: string) => `
const self = require('node:crypto').randomUUID();
require('node:http').createServer((request, response) => response.end('${version} ' + self)).listen(process.env.PORT);
`;

function upload(version: string) {
  const sample = bench.upload({
    version,
    files: { 'server.js': program(version) },
    scaling: { type: 'manual', instances: 1 },
  });
  return { ...sample, spec: { ...sample.spec, runtime: 'nodejs20', entrypoint: 'node server.js', handlers: [] } };
}

it('rollback and promotion of running versions start no process', { timeout: 60_000 }, async () => {
  const application = bench.newApplication();
  const host = `${application}.localhost`;
  const answer = async (version?: string) =>
    (await call(routerPort, { host: version === undefined ? host : `${version}.${host}` })).body;
  const processes = async () => {
    const instances = (await bench.backend.instances?.list(application)) ?? [];
    return instances
      .map(({ version, pid, startedAt, restarts }) => `${version} ${pid} ${startedAt} ${restarts}`)
      .sort();
  };
  await bench.release(application, [upload('uno'), upload('due')], { traffic: { default: allTrafficTo('uno') } });
  const one = await answer();
  await bench.release(application, [], { traffic: { default: allTrafficTo('due') } });
  const two = await answer();
  expect([one, two].map((text) => text.split(' ')[0])).toEqual(['uno', 'due']);
  // Versions keep running when their traffic has gone: they are warm.
  expect(await answer('uno')).toBe(one);
  const warm = await processes();
  expect(warm).toHaveLength(2);

  await bench.backend.traffic.set(application, { default: allTrafficTo('uno') });
  expect(await answer()).toBe(one);
  await bench.backend.traffic.set(application, { default: allTrafficTo('due') });
  expect(await answer()).toBe(two);
  // Each rollback leads to the release before the last change.
  for (const expected of [one, two, one]) {
    await bench.backend.releases.rollback(application, undefined);
    expect(await answer()).toBe(expected);
  }
  expect(await processes()).toEqual(warm);
});
