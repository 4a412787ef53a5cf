/** Rollback and promotion of versions that run already: one swap of the routing table, and no process starts. */
import { expect, it } from 'vitest';
import { allTrafficTo } from '../../src/model/traffic.ts';
import { contractBench } from '../contract/contract-bench.ts';
import { call } from './router/client.ts';
import { startedPlatform } from './started-platform.ts';

let routerPort = 0;

const bench = contractBench(async () => {
  const platform = await startedPlatform();
  routerPort = platform.daemon.routerPort;
  return platform;
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
