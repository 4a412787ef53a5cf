import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploy } from '../../../src/deploy/deploy.ts';
import { isEmptyPlan } from '../../../src/deploy/deploy-plan.ts';
import { planDeploy } from '../../../src/deploy/plan.ts';
import { DEFAULT_MODULE } from '../../../src/model/names.ts';
import type { Scaling } from '../../../src/model/scaling.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { trafficSplitProblem } from '../../../src/model/traffic.ts';
import { packaged } from './planning.ts';
import { sampleModule, sampleRequest, workbench } from './sample.ts';

const scaling = fc.constantFrom<Scaling>(
  { type: 'automatic' },
  { type: 'manual', instances: 2 },
  { type: 'basic', maxInstances: 1, idleTimeoutMs: 1000 },
);
const version = fc.constantFrom('uno', 'dos');
const content = fc.constantFrom('red', 'green');

const module = (name: fc.Arbitrary<string>) =>
  fc
    .record({ name, version, scaling, setting: fc.constantFrom('', 'a') })
    .map(({ name: module, setting, ...more }) =>
      sampleModule(module, { ...more, environmentVariables: setting === '' ? {} : { SETTING: setting } }),
    );

const modules = fc
  .tuple(
    module(fc.constant(DEFAULT_MODULE)),
    fc.uniqueArray(module(fc.constantFrom('a', 'b')), { selector: ({ module }) => module }),
  )
  .map(([main, others]) => [main, ...others]);

const settings: fc.Arbitrary<Partial<Settings>> = fc.record(
  {
    dispatch: fc.array(fc.record({ url: fc.constantFrom('*/x', '*/y'), module: fc.constant(DEFAULT_MODULE) }), {
      maxLength: 2,
    }),
    indexes: fc.uniqueArray(
      fc.constantFrom('A', 'B').map((kind) => ({ kind, ancestor: false, properties: [{ name: 'p' }] })),
      { selector: ({ kind }) => kind },
    ),
    dos: fc.array(fc.record({ subnet: fc.constantFrom('192.0.2.1', '192.0.2.2') }), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

const wanted = fc.record({ modules, settings, content, promotes: fc.boolean(), stopsPrevious: fc.boolean() });

describe('plans', () => {
  it('are empty once they are applied, whatever was live before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wanted, { minLength: 1, maxLength: 4 }), async (states) => {
        const bench = workbench([]);
        for (const { content: text, promotes, stopsPrevious, ...state } of states) {
          bench.described = { ...bench.described, ...state };
          bench.trees.set('/src/app', { 'index.html': text });
          const before = await bench.backend.describe('shop');
          const request = sampleRequest({ promote: promotes, stopPrevious: stopsPrevious });
          const report = await deploy(request, bench.context);
          const after = await bench.backend.describe('shop');
          expect(report.outcome === 'unchanged').toBe(before?.currentRelease === after?.currentRelease);
          expect(await deploy(request, bench.context)).toMatchObject({ outcome: 'unchanged', release: report.release });
          for (const { traffic } of after?.modules ?? []) expect(trafficSplitProblem(traffic)).toBeUndefined();
          expect(report.modules.map(({ receivesTraffic }) => receivesTraffic)).toEqual(
            report.modules.map(
              ({ module: name, version: id }) =>
                (after?.modules.find((found) => found.name === name)?.traffic.allocations[id] ?? 0) > 0,
            ),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('take nothing away from versions that are not in them', async () => {
    await fc.assert(
      fc.asyncProperty(wanted, wanted, async (first, second) => {
        const bench = workbench(first.modules);
        await deploy(sampleRequest(), bench.context);
        const before = await bench.backend.describe('shop');
        const plan = planDeploy(packaged({ ...second, stopsPrevious: false, promotes: false }), before);
        const named = new Set(second.modules.map(({ module: name, version: id }) => `${name}:${id}`));
        for (const change of plan.changes) {
          expect(change.kind).not.toBe('stop-version');
          if (change.kind === 'set-traffic')
            expect(before?.modules.some(({ name }) => name === change.module)).toBe(false);
          if (change.kind === 'replace-version')
            expect(named).toContain(`${change.packaged.module}:${change.packaged.version}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are the same for the same states', () => {
    fc.assert(
      fc.property(wanted, (state) => {
        const plan = planDeploy(packaged(state), undefined);
        expect(planDeploy(packaged(state), undefined)).toEqual(plan);
        expect(isEmptyPlan(plan)).toBe(false);
      }),
    );
  });
});
