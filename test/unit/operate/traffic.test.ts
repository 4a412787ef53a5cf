import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trafficSplitProblem } from '../../../src/model/traffic.ts';
import { setDefaultVersion, setTraffic } from '../../../src/operate/set-traffic.ts';
import { roundedShares } from '../../../src/operate/traffic-shares.ts';
import { sampleModule } from '../deploy/sample.ts';
import { failureOf, manual, shop } from './sample.ts';

describe('shares', () => {
  it.each([
    [{ uno: 1 }, 'ip', { uno: 1 }],
    [{ uno: 1, dos: 3 }, 'ip', { uno: 0.25, dos: 0.75 }],
    [{ a: 1, b: 1, c: 1 }, 'ip', { a: 0.34, b: 0.33, c: 0.33 }],
    [{ a: 1, b: 1, c: 1 }, 'cookie', { a: 0.334, b: 0.333, c: 0.333 }],
    [{ a: 1, b: 2, c: 2 }, 'random', { a: 0.2, b: 0.4, c: 0.4 }],
    [{ a: 1, b: 7 }, 'ip', { a: 0.13, b: 0.87 }],
    [{ a: 1e308, b: 1e308 }, 'ip', { a: 0.5, b: 0.5 }],
  ] as const)('of %j by %s', (weights, shardBy, expected) => {
    expect(roundedShares(weights, shardBy)).toEqual(expected);
  });

  it.each([
    [{}, 'names no version'],
    [{ uno: 0, dos: 1 }, 'gives uno the weight 0'],
    [{ uno: -1, dos: 1 }, 'gives uno the weight -1'],
    [{ uno: Number.NaN }, 'gives uno the weight NaN'],
    [{ uno: Number.POSITIVE_INFINITY }, 'gives uno the weight Infinity'],
    [{ uno: 1, dos: 1000 }, 'gives uno less than 1% of the traffic'],
  ])('of %j are refused', async (weights, reason) => {
    const error = await failureOf((async () => roundedShares(weights, 'ip'))());
    expect(error).toMatchObject({ code: 'traffic.invalid', exitCode: 2 });
    expect(error.message).toContain(reason);
  });

  it('obey the law: whatever is accepted is a split in whole steps, in the order of its weights', () => {
    const weights = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(weights, fc.constantFrom('ip' as const, 'cookie' as const, 'random' as const), (wanted, shardBy) => {
        let allocations: Readonly<Record<string, number>>;
        try {
          allocations = roundedShares(wanted, shardBy);
        } catch {
          return;
        }
        expect(trafficSplitProblem({ shardBy, allocations })).toBeUndefined();
        const steps = shardBy === 'ip' ? 100 : 1000;
        const counts = Object.values(allocations).map((share) => share * steps);
        for (const count of counts) expect(Math.abs(count - Math.round(count))).toBeLessThan(1e-9);
        expect(Math.round(counts.reduce((sum, count) => sum + count, 0))).toBe(steps);
        for (const [a, weightA] of Object.entries(wanted)) {
          for (const [b, weightB] of Object.entries(wanted)) {
            // The largest carries the remainder, so it may come out a few steps below its equals.
            if (weightA > weightB) expect((allocations[a] ?? 0) - (allocations[b] ?? 0)).toBeGreaterThan(-4 / steps);
          }
        }
      }),
    );
  });
});

describe('set-traffic', () => {
  const request = {
    application: 'shop',
    modules: ['default'],
    weights: { uno: 1, dos: 3 },
    shardBy: 'cookie',
    isDryRun: false,
  } as const;

  it('splits the traffic of the modules it names', async () => {
    const { context, backend } = await shop();
    const result = await setTraffic(context, request);
    expect(result).toMatchObject({
      outcome: 'done',
      plan: ['traffic of default: uno 25%, dos 75% (now all to uno)'],
      operation: 'operation-2',
      release: 'r1',
    });
    const { modules } = (await backend.describe('shop')) ?? { modules: [] };
    expect(modules[0]?.traffic).toEqual({ shardBy: 'cookie', allocations: { uno: 0.25, dos: 0.75 } });
    expect(await setTraffic(context, request)).toMatchObject({ outcome: 'unchanged', plan: [] });
    expect((await setTraffic(context, { ...request, shardBy: 'ip' })).outcome).toBe('done');
  });

  it('only says what it would do in a dry run', async () => {
    const { context, backend } = await shop();
    const before = await backend.describe('shop');
    expect(await setTraffic(context, { ...request, isDryRun: true })).toEqual({
      application: 'shop',
      outcome: 'planned',
      plan: ['traffic of default: uno 25%, dos 75% (now all to uno)'],
    });
    expect(await backend.describe('shop')).toEqual(before);
  });

  it('means all modules when it names none, and refuses when one of them lacks a version', async () => {
    const { context, backend } = await shop();
    const before = await backend.describe('shop');
    expect(await failureOf(setTraffic(context, { ...request, modules: [] }))).toMatchObject({
      code: 'version.not-found',
      hints: ['Its versions: v1'],
    });
    expect(await backend.describe('shop')).toEqual(before);
    expect(await failureOf(setTraffic(context, { ...request, modules: ['nope'] }))).toMatchObject({
      code: 'module.not-found',
      hints: ['Its modules: default, api'],
    });
    expect(await failureOf(setTraffic(context, { ...request, application: 'nope' }))).toMatchObject({
      code: 'application.not-found',
    });
  });
});

describe('set-default-version', () => {
  it('moves the traffic of several modules in one step', async () => {
    const { context, backend, deploy } = await shop();
    await deploy([sampleModule('api', { version: 'dos' })]);
    const result = await setDefaultVersion(context, {
      application: 'shop',
      modules: ['default', 'api', 'default'],
      version: 'dos',
      isDryRun: false,
    });
    expect(result.plan).toEqual([
      'traffic of default: all to dos (now all to uno)',
      'traffic of api: all to dos (now all to v1)',
    ]);
    expect((await backend.describe('shop'))?.modules.map(({ traffic }) => traffic.allocations)).toEqual([
      { dos: 1 },
      { dos: 1 },
    ]);
    expect(await backend.operations.list('shop')).toHaveLength(3);
  });

  it('moves nothing when one of the modules lacks the version', async () => {
    const { context, backend } = await shop();
    const before = await backend.describe('shop');
    const request = { application: 'shop', modules: ['default', 'api'], version: 'dos', isDryRun: false };
    expect(await failureOf(setDefaultVersion(context, request))).toMatchObject({ code: 'version.not-found' });
    expect(await backend.describe('shop')).toEqual(before);
  });

  it('says when the version is stopped', async () => {
    const bench = await shop();
    await bench.deploy([sampleModule('default', { version: 'tres', scaling: manual })]);
    await bench.backend.versions.setServingStatus(
      { application: 'shop', module: 'default', version: 'tres' },
      'stopped',
    );
    const { plan } = await setDefaultVersion(bench.context, {
      application: 'shop',
      modules: ['default'],
      version: 'tres',
      isDryRun: true,
    });
    expect(plan).toContain('note: default:tres is stopped and answers nothing until it is started');
  });
});
