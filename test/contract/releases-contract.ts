/** The contract of releases: everything at one instant or nothing, on top of what it was planned against, undone whole. */
import { expect, it } from 'vitest';
import { moduleOutlines } from '../../src/model/live-outline.ts';
import { manifestText } from '../../src/model/manifest.ts';
import type { Settings } from '../../src/model/settings.ts';
import { allTrafficTo } from '../../src/model/traffic.ts';
import { digestOf, digestOfValue } from '../../src/support/digest.ts';
import { type ContractBench, codeOf } from './contract-bench.ts';

const manual = { type: 'manual', instances: 1 } as const;
const dispatch: Settings['dispatch'] = [{ url: '*/m/*', module: 'default' }];
const dos: Settings['dos'] = [{ subnet: '192.0.2.0/24' }];

export function releasesContract(bench: ContractBench): void {
  it('does not know an application before its first release', async () => {
    const application = bench.newApplication();
    expect(await bench.backend.describe(application)).toBeUndefined();
    expect(await bench.backend.applications()).not.toContain(application);
    expect(await codeOf(bench.backend.releases.list(application))).toBe('application.not-found');
  });

  it('creates modules and versions, the default module first, each with its facts and address', async () => {
    const application = bench.newApplication();
    const uploads = [
      bench.upload({ module: 'api' }),
      bench.upload({ files: { 'www/a.txt': 'abc', 'www/b.txt': 'de' } }),
    ];
    const operation = await bench.release(application, uploads);
    expect(operation).toMatchObject({ application, kind: 'release', state: 'done', createdBy: 'contract' });
    const live = await bench.live(application);
    expect(live).toMatchObject({ id: application, currentRelease: operation.release });
    expect(live.currentRelease).toBeTypeOf('string');
    expect(live.modules.map(({ name }) => name)).toEqual(['default', 'api']);
    const [module] = live.modules;
    expect(module?.traffic.allocations).toEqual({ uno: 1 });
    expect(module?.versions).toHaveLength(1);
    expect(module?.versions[0]).toMatchObject({
      id: 'uno',
      spec: uploads[1]?.spec,
      specDigest: digestOfValue(uploads[1]?.spec),
      manifestDigest: digestOf(manifestText(uploads[1]?.manifest ?? { files: [] })),
      fileCount: 2,
      diskUsage: 5,
      servingStatus: 'serving',
      createdBy: 'contract',
    });
    expect(module?.versions[0]?.deploymentId).toMatch(/^\d+$/);
    expect(Number.isNaN(Date.parse(module?.versions[0]?.createdAt ?? ''))).toBe(false);
    const urls = [
      live.url,
      ...live.modules.flatMap((found) => [found.url, ...found.versions.map((version) => version.url)]),
    ];
    expect(urls.every((url) => URL.canParse(url))).toBe(true);
    expect(new Set(urls.slice(1)).size).toBe(4);
    expect(await bench.backend.applications()).toContain(application);
  });

  it('tells how each version comes up', async () => {
    const application = bench.newApplication();
    const seen: string[] = [];
    const operation = await bench.release(
      application,
      [bench.upload(), bench.upload({ module: 'api' })],
      {},
      {
        onEvent: (event) => {
          if (event.type === 'version-phase') seen.push(`${event.module}:${event.version} ${event.phase}`);
        },
      },
    );
    expect(seen).toContain('default:uno live');
    expect(seen).toContain('api:uno live');
    expect(operation.events.filter(({ type }) => type === 'version-phase')).toHaveLength(seen.length);
  });

  it('makes one release of several modules, listed newest first', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload(), bench.upload({ module: 'api' })], { message: 'first' });
    await bench.release(application, [bench.upload({ content: 'new' })]);
    const releases = await bench.backend.releases.list(application);
    expect(releases.map(({ isCurrent }) => isCurrent)).toEqual([true, false]);
    expect(releases[0]?.id).toBe((await bench.live(application)).currentRelease);
    expect(releases[1]).toMatchObject({ message: 'first', createdBy: 'contract' });
    expect(Object.keys(releases[1]?.versions ?? {}).sort()).toEqual(['api', 'default']);
    expect(releases[0]?.changes).toContain('default:uno');
  });

  it('does a request once, however often it is asked', async () => {
    const application = bench.newApplication();
    const upload = bench.upload();
    const requestId = `again-${application}`;
    const first = await bench.release(application, [upload], { requestId });
    // The very same request: it still names no release that it was planned on.
    const second = await bench.release(application, [upload], { requestId, basedOn: undefined });
    expect(second.id).toBe(first.id);
    expect(second.release).toBe(first.release);
    expect(await bench.backend.releases.list(application)).toHaveLength(1);
  });

  it('replaces a version under a new deployment id and leaves the others alone', async () => {
    const application = bench.newApplication();
    const api = bench.upload({ module: 'api' });
    await bench.release(application, [bench.upload({ content: 'old' }), api]);
    const before = await bench.live(application);
    await bench.release(application, [bench.upload({ content: 'new' }), api]);
    const after = await bench.live(application);
    expect(after.modules[0]?.versions[0]?.deploymentId).not.toBe(before.modules[0]?.versions[0]?.deploymentId);
    expect(after.modules[0]?.traffic).toEqual(before.modules[0]?.traffic);
    expect(after.modules[1]).toEqual(before.modules[1]);
  });

  it('gives a further version no traffic but what the request says', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload()]);
    await bench.release(application, [bench.upload({ version: 'dos' })]);
    expect((await bench.live(application)).modules[0]?.traffic.allocations).toEqual({ uno: 1 });
    await bench.release(application, [bench.upload({ version: 'tres' })], {
      traffic: { default: allTrafficTo('tres') },
    });
    expect((await bench.live(application)).modules[0]?.traffic.allocations).toEqual({ tres: 1 });
  });

  it('replaces the settings it names as a whole and keeps the others', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload()], { settings: { dispatch, dos } });
    await bench.release(application, [], { settings: { dispatch: [{ url: '*/n/*', module: 'default' }] } });
    const { settings } = await bench.live(application);
    expect(settings).toMatchObject({ dispatch: [{ url: '*/n/*', module: 'default' }], dos, cron: [], indexes: [] });
  });

  it('stops what the request says, once the traffic has moved', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload({ scaling: manual })]);
    await bench.release(application, [bench.upload({ version: 'dos', scaling: manual })], {
      traffic: { default: allTrafficTo('dos') },
      stop: [{ module: 'default', version: 'uno' }],
    });
    expect(await bench.version(application, 'default', 'uno')).toMatchObject({ servingStatus: 'stopped' });
    expect(await bench.version(application, 'default', 'dos')).toMatchObject({ servingStatus: 'serving' });
  });

  it.each([
    [
      'names files that were never sent',
      'blob.missing',
      (b: ContractBench) => ({ uploads: [b.upload({ content: 'never sent' })] }),
    ],
    [
      'has a path that leaves the tree',
      'release.invalid',
      (b: ContractBench) => {
        const [file] = b.upload().manifest.files;
        const files = file ? [{ ...file, path: '../outside' }] : [];
        return { uploads: [{ ...b.upload(), manifest: { files } }] };
      },
    ],
    ['has a bad name', 'release.invalid', (b: ContractBench) => ({ uploads: [b.upload({ version: 'Not_A_Name' })] })],
    [
      'moves traffic to a version that is not there',
      'release.invalid',
      () => ({ traffic: { default: allTrafficTo('nowhere') } }),
    ],
    [
      'has shares that do not add up',
      'release.invalid',
      () => ({ traffic: { default: { shardBy: 'ip' as const, allocations: { uno: 0.5 } } } }),
    ],
    [
      'dispatches to a module that is not there',
      'deploy.dispatch-target-missing',
      () => ({ settings: { dispatch: [{ url: '*/x', module: 'nowhere' }] } }),
    ],
    ['was planned against another release', 'deploy.conflict', () => ({ basedOn: 'another' })],
    ['was planned against none', 'deploy.conflict', () => ({ basedOn: undefined })],
  ])('changes nothing by a release that %s', async (_what, code, changes) => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload()]);
    const before = await bench.live(application);
    const good = bench.upload({ version: 'good' });
    await bench.backend.files.put(application, good.blobs);
    const bad: Record<string, unknown> = changes(bench);
    const uploads = [good, ...((bad.uploads ?? []) as (typeof good)[])].map(({ blobs: _blobs, ...upload }) => upload);
    expect(await codeOf(bench.release(application, [], { ...bad, uploads }))).toBe(code);
    expect(await bench.live(application)).toEqual(before);
    expect(await bench.backend.releases.list(application)).toHaveLength(1);
  });

  it('makes no application without a default module', async () => {
    const application = bench.newApplication();
    expect(await codeOf(bench.release(application, [bench.upload({ module: 'api' })]))).toBe('deploy.default-missing');
    expect(await bench.backend.describe(application)).toBeUndefined();
  });

  it('does nothing for a signal that was aborted before', async () => {
    const application = bench.newApplication();
    await expect(
      bench.release(application, [bench.upload()], {}, { signal: AbortSignal.abort() }),
    ).rejects.toBeDefined();
    expect(await bench.backend.describe(application)).toBeUndefined();
  });

  it('lets one of two releases planned against the same state go live, and names the other conflict', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload()]);
    const basedOn = (await bench.live(application)).currentRelease;
    const results = await Promise.allSettled([
      bench.release(application, [bench.upload({ content: 'mine' })], { basedOn }),
      bench.release(application, [bench.upload({ content: 'yours' })], { basedOn }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [rejected] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(rejected).toMatchObject({ code: 'deploy.conflict' });
    expect(await bench.backend.releases.list(application)).toHaveLength(2);
  });

  it('rolls back versions, traffic and settings to what they were, as a release of its own', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload(), bench.upload({ module: 'api' })], { settings: { dispatch } });
    const before = await bench.live(application);
    await bench.release(application, [bench.upload({ content: 'new' }), bench.upload({ version: 'dos' })], {
      traffic: { default: allTrafficTo('dos') },
      settings: { dispatch: [], dos },
    });
    const operation = await bench.backend.releases.rollback(application, undefined);
    expect(operation).toMatchObject({ kind: 'rollback', state: 'done' });
    const after = await bench.live(application);
    expect(after).toEqual({ ...before, stateDigest: after.stateDigest, currentRelease: operation.release });
    expect(after.currentRelease).not.toBe(before.currentRelease);
    expect(await bench.backend.releases.list(application)).toHaveLength(3);
  });

  it('rolls back to what was live last, not to what the release once made live', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload(), bench.upload({ version: 'dos' })]);
    const split = { shardBy: 'cookie', allocations: { uno: 0.5, dos: 0.5 } } as const;
    await bench.backend.traffic.set(application, { default: split });
    await bench.release(application, [bench.upload({ content: 'new' })], { traffic: { default: allTrafficTo('uno') } });
    await bench.backend.releases.rollback(application, undefined);
    expect((await bench.live(application)).modules[0]?.traffic).toEqual(split);
  });

  it('rolls back to the release that is named', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload({ content: 'one' })]);
    const first = await bench.live(application);
    await bench.release(application, [bench.upload({ content: 'two' })]);
    await bench.release(application, [bench.upload({ content: 'three' })]);
    await bench.backend.releases.rollback(application, first.currentRelease);
    expect((await bench.live(application)).modules).toEqual(first.modules);
  });

  it('says when there is nothing to roll back to', async () => {
    const application = bench.newApplication();
    expect(await codeOf(bench.backend.releases.rollback(application, undefined))).toBe('application.not-found');
    await bench.release(application, [bench.upload()]);
    expect(await codeOf(bench.backend.releases.rollback(application, undefined))).toBe('release.none-before');
    expect(await codeOf(bench.backend.releases.rollback(application, 'r999'))).toBe('release.not-found');
  });

  it('tells every state from the next, and what moved by hand since the release', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload({ scaling: manual }), bench.upload({ module: 'api' })]);
    const made = await bench.live(application);
    expect(made.stateDigest).toBeTypeOf('string');
    expect(made).not.toHaveProperty('released');
    await bench.backend.versions.setInstances({ application, module: 'default', version: 'uno' }, 2);
    const moved = await bench.live(application);
    expect(moved.currentRelease).toBe(made.currentRelease);
    expect(moved.stateDigest).not.toBe(made.stateDigest);
    expect(moved.released?.modules.default?.versions.uno).not.toHaveProperty('instances');
    expect(moved.released).toEqual({ modules: moduleOutlines(made), settings: made.settings });
  });

  it('refuses what was planned against a state that is gone, and takes what was planned against this one', async () => {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload({ scaling: manual })]);
    const planned = (await bench.live(application)).stateDigest ?? '';
    await bench.backend.versions.setInstances({ application, module: 'default', version: 'uno' }, 2);
    const before = await bench.live(application);
    const upload = bench.upload({ content: 'other' });
    expect(await codeOf(bench.release(application, [upload], { basedOnState: planned }))).toBe('deploy.state-moved');
    expect(await bench.live(application)).toEqual(before);
    const operation = await bench.release(application, [upload], { basedOnState: before.stateDigest ?? '' });
    expect(operation.state).toBe('done');
  });
}
