/** What goes wrong between here and Google: cut connections, quotas, other people's changes, builds that fail. */
import { describe, expect, it } from 'vitest';
import { allTrafficTo } from '../../src/model/traffic.ts';
import { Refusal } from '../google-fake/answer.ts';
import { openGoogleBench } from '../google-fake/google-bench.ts';
import type { FaultOf } from '../google-fake/google-fake.ts';
import { failureOf, googleRig, watched } from './rig.ts';

const rig = googleRig();
const { bench } = rig;
const manual = { type: 'manual', instances: 1 } as const;

/** The first n requests that match. */
function first(n: number, pattern: RegExp, fault: ReturnType<FaultOf>): FaultOf {
  let left = n;
  return ({ method, path }) => {
    if (left === 0 || !pattern.test(`${method} ${path}`)) return undefined;
    left -= 1;
    return fault;
  };
}

describe('a bad network', () => {
  it.each(['before', 'after', 429, 500, 503] as const)(
    'is no obstacle: every seventh request ends with %s',
    async (fault) => {
      const { fake } = rig.google;
      const application = bench.newApplication();
      fake.fault = ({ count }) => (count % 7 === 3 ? fault : undefined);
      await bench.release(application, [bench.upload({ scaling: manual }), bench.upload({ module: 'api' })]);
      await bench.release(
        application,
        [bench.upload({ version: 'dos', scaling: manual }), bench.upload({ module: 'api', content: 'new' })],
        {
          traffic: { default: allTrafficTo('dos') },
          settings: { dispatch: [{ url: '*/api/*', module: 'api' }], dos: [{ subnet: '192.0.2.0/24' }] },
          stop: [{ module: 'default', version: 'uno' }],
        },
      );
      fake.fault = () => undefined;
      const live = await bench.live(application);
      expect(live.modules[0]?.traffic.allocations).toEqual({ dos: 1 });
      expect(live.settings).toMatchObject({
        dispatch: [{ url: '*/api/*', module: 'api' }],
        dos: [{ subnet: '192.0.2.0/24' }],
      });
      expect(await bench.version(application, 'default', 'uno')).toMatchObject({ servingStatus: 'stopped' });
      expect(await bench.backend.releases.list(application)).toHaveLength(2);
    },
  );

  it('follows a version whose answer was lost instead of creating it twice', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    await bench.release(application, [bench.upload()]);
    fake.operations.latencyMs = () => 150;
    fake.fault = first(1, /^POST .*\/versions$/, 'after');
    await bench.release(application, [bench.upload({ version: 'dos' })]);
    const creations = fake.operations
      .of(application)
      .filter(({ metadata }) => metadata.target.endsWith('/versions/dos'));
    expect(creations).toHaveLength(1);
  });

  it('gives up with the reason when nobody answers at that address', async () => {
    const { backend, fake, open, close } = await openGoogleBench();
    await fake.close();
    expect(await failureOf(backend.describe('shop'))).toMatchObject({ code: 'backend.unreachable' });
    await open().close();
    await close().catch(() => {});
  });
});

describe('other changes at the same time', () => {
  it("waits for another tool's change, names it, and goes on", async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    await bench.release(application, [bench.upload(), bench.upload({ version: 'dos' })]);
    const target = 'services/default';
    fake.operations.latencyMs = (_method, name) => (name === target ? 300 : 0);
    const other = fake.operations.start({ application, target, method: 'Services.UpdateService', effect: () => ({}) });
    const watch = watched();
    await bench.backend.traffic.set(application, { default: allTrafficTo('dos') }, watch);
    const id = other.name.split('/').at(-1) ?? '';
    expect(watch.warnings()).toEqual([expect.stringContaining(id)]);
    expect(watch.warnings()[0]).toMatch(/UpdateService of services\/default.*by somebody@example.com/);
    expect((await bench.live(application)).modules[0]?.traffic.allocations).toEqual({ dos: 1 });
  });

  it('lets two clients of appcfg take turns, and says whose turn it is', async () => {
    const { fake, open } = rig.google;
    const application = bench.newApplication();
    await bench.release(application, [bench.upload({ scaling: manual })]);
    fake.operations.latencyMs = () => 200;
    const other = open();
    const name = { application, module: 'default', version: 'uno' };
    const accepted = new Promise<void>((resolve) => {
      bench.backend.versions.setInstances(name, 3, { onAccepted: () => resolve() }).catch(() => {});
    });
    await accepted;
    const watch = watched();
    await other.versions.setInstances(name, 4, watch);
    expect(watch.warnings()[0]).toMatch(/another change is going on \(scale by contract/);
    expect(await bench.version(application, 'default', 'uno')).toMatchObject({ instancesOverride: 4 });
  });
});

describe('a release that fails at Google', () => {
  it('puts back what it had done: new versions go, replaced ones return, traffic and settings stay as they were', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    await bench.release(application, [bench.upload({ content: 'old' }), bench.upload({ module: 'api' })]);
    const before = await bench.live(application);
    fake.admin.failures.set('api:dos', { code: 9, message: 'Application startup error! Code: APP_CONTAINER_CRASHED' });
    const watch = watched();
    const release = bench.release(
      application,
      [
        bench.upload({ content: 'new' }),
        bench.upload({ module: 'api', version: 'dos' }),
        bench.upload({ module: 'worker' }),
      ],
      { traffic: { api: allTrafficTo('dos') }, settings: { dispatch: [{ url: '*/w/*', module: 'worker' }] } },
      watch,
    );
    expect(await failureOf(release)).toMatchObject({
      code: 'google.failed',
      hints: [expect.stringContaining('$PORT')],
    });
    expect(await bench.live(application)).toEqual({ ...before, stateDigest: expect.any(String) });
    expect(await bench.backend.releases.list(application)).toHaveLength(1);
    const [latest] = await bench.backend.operations.list(application);
    expect(latest).toMatchObject({ state: 'failed', error: { code: 'google.failed' } });
  });

  it('moves traffic back when only a part of it could be moved', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    const modules = ['default', 'api'];
    await bench.release(
      application,
      modules.map((module) => bench.upload({ module })),
    );
    const refusal = new Refusal(403, 'PERMISSION_DENIED', "Permission 'appengine.services.update' denied");
    fake.fault = first(1, /^PATCH .*\/services\/api$/, refusal);
    const traffic = Object.fromEntries(modules.map((module) => [module, allTrafficTo('dos')]));
    const release = bench.release(
      application,
      modules.map((module) => bench.upload({ module, version: 'dos' })),
      { traffic },
    );
    expect(await failureOf(release)).toMatchObject({
      code: 'google.forbidden',
      hints: [expect.stringContaining('roles/appengine.serviceAdmin'), expect.any(String)],
    });
    const live = await bench.live(application);
    expect(live.modules.map((module) => [module.traffic.allocations, module.versions.map(({ id }) => id)])).toEqual([
      [{ uno: 1 }, ['uno']],
      [{ uno: 1 }, ['uno']],
    ]);
  });

  it('shows the end of the build log and what the version printed first', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    await bench.release(application, [bench.upload()]);
    const id = '12345678-1234-1234-1234-123456789012';
    fake.storage.addBucket('build-logs');
    const lines = Array.from({ length: 80 }, (_, index) => `step ${index}`);
    fake.storage.put('build-logs', `log-${id}.txt`, Buffer.from(lines.join('\n')));
    fake.logs.builds.set(id, { logUrl: `https://console.example/${id}`, logsBucket: 'gs://build-logs' });
    fake.admin.failures.set('default:dos', {
      code: 3,
      message: `Cloud build ${id} status: FAILURE`,
      metadata: { createVersionMetadata: { cloudBuildId: id } },
    });
    fake.logs.entries.push({
      logName: `projects/${application}/logs/stderr`,
      timestamp: new Date(Date.now() + 60_000).toISOString(),
      resource: { labels: { module_id: 'default', version_id: 'dos' } },
      textPayload: 'ModuleNotFoundError: flask',
    });
    const error = await failureOf(bench.release(application, [bench.upload({ version: 'dos' })]));
    expect(error.message).toBe(`creating default:dos failed: Cloud build ${id} status: FAILURE`);
    expect(error.details.output).toEqual([...lines.slice(-30), 'ModuleNotFoundError: flask']);
    expect(error.hints).toEqual([
      expect.stringContaining('The build failed'),
      `Build log: https://console.example/${id}`,
    ]);
  });

  it('names the API that is off and how it is switched on', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    await bench.release(application, [bench.upload()]);
    const details = [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'SERVICE_DISABLED',
        metadata: { service: 'cloudscheduler.googleapis.com', consumer: `projects/${application}` },
      },
    ];
    fake.fault = ({ path }) =>
      path.startsWith('/v1beta1/') ? new Refusal(403, 'PERMISSION_DENIED', 'It is off.', details) : undefined;
    expect((await bench.live(application)).settings.cron).toEqual([]);
    const job = { url: '/tick', schedule: 'every 24 hours', timezone: 'UTC', description: '' };
    expect(await failureOf(bench.release(application, [], { settings: { cron: [job] } }))).toMatchObject({
      code: 'google.api-disabled',
      hints: [`Enable it: gcloud services enable cloudscheduler.googleapis.com --project ${application}`],
    });
  });
});
