import { describe, expect, it } from 'vitest';
import { type Change, isDestructive, isEmptyPlan } from '../../../src/deploy/deploy-plan.ts';
import type { DescribedModule } from '../../../src/deploy/deploy-sources.ts';
import { planDeploy } from '../../../src/deploy/plan.ts';
import { planLines } from '../../../src/deploy/plan-lines.ts';
import { releaseRequest } from '../../../src/deploy/steps.ts';
import type { Application } from '../../../src/model/application.ts';
import type { TrafficSplit } from '../../../src/model/traffic.ts';
import { live, packaged, type WantedState } from './planning.ts';
import { sampleModule } from './sample.ts';

const basic = { type: 'basic', maxInstances: 1, idleTimeoutMs: 60_000 } as const;
const manual = { type: 'manual', instances: 2 } as const;

function plan(wanted: WantedState, current?: Application) {
  return planDeploy(packaged(wanted), current);
}

/** `create default:uno`, `traffic default dos=1` ... */
function summary(changes: readonly Change[]): readonly string[] {
  return changes.map(summaryOf);
}

function summaryOf(change: Change): string {
  switch (change.kind) {
    case 'create-version':
      return `create ${change.packaged.module}:${change.packaged.version}`;
    case 'replace-version':
      return `replace ${change.packaged.module}:${change.packaged.version}`;
    case 'keep-version':
      return `keep ${change.module}:${change.version}`;
    case 'set-traffic':
      return `traffic ${change.module} ${shares(change.after)}`;
    case 'replace-settings':
      return `settings ${change.settings}`;
    case 'stop-version':
      return `stop ${change.module}:${change.version}`;
  }
}

function shares(split: TrafficSplit): string {
  return Object.entries(split.allocations)
    .map(([version, share]) => `${version}=${share}`)
    .join(' ');
}

const uno = sampleModule('default', { version: 'uno' });
const dos = sampleModule('default', { version: 'dos' });

describe('versions', () => {
  it.each<[string, WantedState, Application | undefined, readonly string[]]>([
    [
      'of a new application are created and get their traffic',
      { modules: [uno, sampleModule('api')] },
      undefined,
      ['create default:uno', 'create api:uno', 'traffic default uno=1', 'traffic api uno=1'],
    ],
    ['that are as they were are kept', { modules: [uno] }, live({ modules: [uno] }), ['keep default:uno']],
    [
      'whose files changed are replaced',
      { modules: [uno], content: 'new' },
      live({ modules: [uno] }),
      ['replace default:uno'],
    ],
    [
      'whose specification changed are replaced',
      { modules: [sampleModule('default', { environmentVariables: { A: '1' } })] },
      live({ modules: [uno] }),
      ['replace default:uno'],
    ],
    ['that are further ones get no traffic', { modules: [dos] }, live({ modules: [uno] }), ['create default:dos']],
    [
      'of a further module get its traffic',
      { modules: [uno, sampleModule('api', { version: 'v7' })] },
      live({ modules: [uno] }),
      ['keep default:uno', 'create api:v7', 'traffic api v7=1'],
    ],
    [
      'two of one new module: the first gets its traffic',
      { modules: [uno, dos] },
      undefined,
      ['create default:uno', 'create default:dos', 'traffic default uno=1'],
    ],
  ])('%s', (_what, wanted, current, expected) => {
    expect(summary(plan(wanted, current).changes)).toEqual(expected);
  });
});

describe('traffic', () => {
  const split = { default: { shardBy: 'cookie', allocations: { uno: 0.5, dos: 0.5 } } } as const;
  it.each<[string, WantedState, Application | undefined, readonly string[]]>([
    [
      'moves to the version that is promoted',
      { modules: [dos], promotes: true },
      live({ modules: [uno] }),
      ['create default:dos', 'traffic default dos=1'],
    ],
    [
      'moves to an unchanged version that is promoted',
      { modules: [dos], promotes: true },
      live({ modules: [uno, dos] }),
      ['keep default:dos', 'traffic default dos=1'],
    ],
    [
      'stays when the promoted version has all of it',
      { modules: [uno], promotes: true },
      live({ modules: [uno] }),
      ['keep default:uno'],
    ],
    [
      'stays split when one of the versions is replaced',
      { modules: [uno], content: 'new' },
      live({ modules: [uno, dos], traffic: split }),
      ['replace default:uno'],
    ],
    [
      'ends a split when one of its versions is promoted',
      { modules: [uno], promotes: true },
      live({ modules: [uno, dos], traffic: split }),
      ['keep default:uno', 'traffic default uno=1'],
    ],
    [
      'goes to the last of two promoted versions',
      { modules: [uno, dos], promotes: true },
      undefined,
      ['create default:uno', 'create default:dos', 'traffic default dos=1'],
    ],
    [
      'is given to a module that has none',
      { modules: [uno] },
      live({ modules: [uno], traffic: { default: { shardBy: 'ip', allocations: {} } } }),
      ['keep default:uno', 'traffic default uno=1'],
    ],
  ])('%s', (_what, wanted, current, expected) => {
    expect(summary(plan(wanted, current).changes)).toEqual(expected);
  });

  it('is reported for each module as it is once the plan is applied', () => {
    const { modules } = plan({ modules: [dos, sampleModule('api')] }, live({ modules: [uno] }));
    expect(modules.map(({ packaged: { version }, receivesTraffic }) => [version, receivesTraffic])).toEqual([
      ['dos', false],
      ['uno', true],
    ]);
  });
});

it('leaves all as it is for the promoted version that has all traffic, however that is assigned', () => {
  const current = live({ modules: [uno], traffic: { default: { shardBy: 'cookie', allocations: { uno: 1 } } } });
  expect(isEmptyPlan(plan({ modules: [uno], promotes: true }, current))).toBe(true);
});

describe('the previous version', () => {
  const old = (changes: Parameters<typeof sampleModule>[1] = {}) =>
    sampleModule('default', { version: 'uno', scaling: manual, ...changes });
  const stops = (wanted: Partial<WantedState>, ...current: readonly DescribedModule[]) =>
    summary(
      plan({ modules: [dos], promotes: true, stopsPrevious: true, ...wanted }, live({ modules: current })).changes,
    ).filter((line) => line.startsWith('stop'));

  it('is stopped with gcloud manners when it had all traffic and does not scale by itself', () => {
    expect(stops({}, old())).toEqual(['stop default:uno']);
    expect(stops({}, old({ scaling: basic }))).toEqual(['stop default:uno']);
  });

  it('is left alone otherwise', () => {
    expect(stops({}, old({ scaling: { type: 'automatic' } }))).toEqual([]);
    expect(stops({ stopsPrevious: false }, old())).toEqual([]);
    expect(stops({ promotes: false }, old())).toEqual([]);
    expect(stops({ modules: [old(), dos] }, old())).toEqual([]);
    expect(stops({ modules: [old()] }, old())).toEqual([]);
    const split = live({
      modules: [old(), dos],
      traffic: { default: { shardBy: 'ip', allocations: { uno: 0.5, dos: 0.5 } } },
    });
    expect(summary(plan({ modules: [dos], promotes: true, stopsPrevious: true }, split).changes)).toEqual([
      'keep default:dos',
      'traffic default dos=1',
    ]);
    const stopped = live({ modules: [old()], servingStatus: 'stopped' });
    expect(summary(plan({ modules: [dos], promotes: true, stopsPrevious: true }, stopped).changes)).not.toContain(
      'stop default:uno',
    );
  });
});

describe('warnings', () => {
  it('say when an unchanged version is stopped, and how to start it', () => {
    const current = live({ modules: [sampleModule('default', { scaling: manual })], servingStatus: 'stopped' });
    const { warnings } = plan({ modules: [sampleModule('default', { scaling: manual })] }, current);
    expect(warnings).toEqual([
      {
        code: 'version-stopped',
        message: 'default:uno is unchanged and stopped. To start it: appcfg start -A shop -M default -V uno',
      },
    ]);
  });
});

describe('settings', () => {
  const dispatch = [{ url: '*/a', module: 'default' }];
  it('are replaced only when they differ, whatever the order of keys', () => {
    const current = live({ modules: [uno], settings: { dispatch } });
    expect(
      isEmptyPlan(plan({ modules: [uno], settings: { dispatch: [{ module: 'default', url: '*/a' }] } }, current)),
    ).toBe(true);
    expect(summary(plan({ modules: [uno], settings: { dispatch: [], cron: [] } }, current).changes)).toEqual([
      'keep default:uno',
      'settings dispatch',
    ]);
  });

  it('show what is created, changed, taken away and paused', () => {
    const job = { schedule: 'every 24 hours', timezone: 'UTC', description: '' };
    const current = live({
      modules: [uno],
      settings: {
        dispatch: [...dispatch, { url: '*/old', module: 'default' }],
        cron: [{ url: '/tick', ...job }],
        queues: {
          queues: [
            { name: 'mail', mode: 'push' },
            { name: 'rest', mode: 'pull' },
          ],
        },
        indexes: [{ kind: 'Old', ancestor: false, properties: [{ name: 'a' }] }],
        dos: [{ subnet: '192.0.2.1' }, { subnet: '192.0.2.2' }],
      },
    });
    const wanted = plan(
      {
        modules: [uno],
        settings: {
          dispatch: [{ url: '*/new', module: 'default' }, ...dispatch],
          cron: [{ url: '/tick', ...job, schedule: 'every 2 hours' }],
          queues: { queues: [{ name: 'mail', mode: 'push', ratePerSecond: 5 }], totalStorageLimitBytes: 1000 },
          indexes: [{ kind: 'New', ancestor: true, properties: [{ name: 'b', direction: 'desc' }] }],
          dos: [{ subnet: '192.0.2.2' }, { subnet: '192.0.2.1' }],
        },
      },
      current,
    );
    expect(planLines(wanted)).toEqual([
      'keep default:uno (unchanged)',
      'indexes: create New (ancestor, b desc)',
      'cron: update /tick (every 2 hours, UTC)',
      'queues: update mail',
      'queues: create the settings of all queues',
      'queues: pause rest',
      'dos: change the order',
      'dispatch: create */new -> default',
      'dispatch: delete */old -> default',
    ]);
    expect(
      wanted.changes.filter(isDestructive).map((change) => change.kind === 'replace-settings' && change.settings),
    ).toEqual(['queues', 'dispatch']);
  });

  it('never take an index away', () => {
    const index = (kind: string) => ({ kind, ancestor: false, properties: [{ name: 'a' }] });
    const current = live({ modules: [uno], settings: { indexes: [index('A'), index('B')] } });
    expect(isEmptyPlan(plan({ modules: [uno], settings: { indexes: [index('B')] } }, current))).toBe(true);
    const wanted = plan({ modules: [uno], settings: { indexes: [index('C')] } }, current);
    expect(releaseRequest(wanted, { requestId: 'x' }).settings.indexes?.map(({ kind }) => kind)).toEqual([
      'A',
      'B',
      'C',
    ]);
  });
});

describe('the release request', () => {
  it('has what changes and nothing of what is kept', () => {
    const current = live({ modules: [uno, sampleModule('api')] });
    const wanted = plan(
      { modules: [uno, sampleModule('api', { version: 'dos' })], promotes: true, settings: { dos: [] } },
      current,
    );
    expect(releaseRequest(wanted, { requestId: 'request-1' })).toMatchObject({
      application: 'shop',
      requestId: 'request-1',
      uploads: [{ module: 'api', version: 'dos' }],
      traffic: { api: { allocations: { dos: 1 } } },
      settings: {},
      stop: [],
      basedOn: 'r1',
      createdBy: 'ann',
    });
    expect(Object.keys(releaseRequest(wanted, { requestId: 'x' }).traffic)).toEqual(['api']);
  });

  it('is based on nothing for a new application', () => {
    expect(releaseRequest(plan({ modules: [uno] }), { requestId: 'x' })).not.toHaveProperty('basedOn');
  });
});
