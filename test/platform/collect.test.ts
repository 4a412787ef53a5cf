/** Collection: what serves, what can be rolled back to and what a running deploy counts on is never taken away. */
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { manifestText } from '../../src/model/manifest.ts';
import { collect } from '../../src/platform/collect.ts';
import { startCollector } from '../../src/platform/collector.ts';
import { createPromisedBlobs } from '../../src/platform/promised-blobs.ts';
import { digestOf } from '../../src/support/digest.ts';
import { createFakeClock } from '../fake-clock.ts';
import { staticSpec } from '../sample-spec.ts';
import { releaseRig } from './release-rig.ts';

type Rig = Awaited<ReturnType<typeof releaseRig>>;

const HOUR_MS = 3_600_000;

function storedBlobs({ directory }: Rig): readonly string[] {
  const root = join(directory, 'blobs', 'blobs');
  return readdirSync(root).flatMap((shard) => readdirSync(join(root, shard)).map((rest) => shard + rest));
}

/** Makes every blob look as old as the grace period allows for collection. */
function age(rig: Rig): void {
  for (const digest of storedBlobs(rig)) {
    const file = join(rig.directory, 'blobs', 'blobs', digest.slice(0, 2), digest.slice(2));
    utimesSync(file, 0, 0);
  }
}

const everything = { keepReleases: 1, graceMs: HOUR_MS, mayGoOn: () => true, isPromised: () => false };

function collectFrom(rig: Rig, options: Partial<Parameters<typeof collect>[0]> = {}) {
  const { desired, blobs, trees } = rig;
  const discard = (directory: string) => blobs.discard(directory);
  return collect({ desired, blobs, trees, discard, ...everything, ...options });
}

function stored(rig: Rig): { readonly trees: readonly string[]; readonly blobs: readonly string[] } {
  const folder = join(rig.trees, 'app');
  return { trees: existsSync(folder) ? readdirSync(folder).sort() : [], blobs: [...storedBlobs(rig)].sort() };
}

function needed(rig: Rig): ReturnType<typeof stored> {
  const manifests = rig.desired.manifests();
  const digests = manifests.flatMap(({ manifest }) => manifest.files.map((file) => file.digest));
  return { trees: manifests.map(({ digest }) => digest).sort(), blobs: [...new Set(digests)].sort() };
}

describe('collection', () => {
  it('keeps as many releases as it is told, and all that they are made of', async () => {
    const rig = await releaseRig();
    for (const content of ['a', 'b', 'c', 'd']) await rig.release([rig.upload('default', content)]);
    age(rig);
    const all = stored(rig);
    expect(await collectFrom(rig, { isDryRun: true })).toMatchObject({ releases: 3, directories: 3, blobs: 3 });
    expect(stored(rig)).toEqual(all);
    expect(rig.desired.releases('app')).toHaveLength(4);
    expect(await collectFrom(rig, { keepReleases: 3 })).toMatchObject({ releases: 1, directories: 1, blobs: 1 });
    expect(rig.desired.releases('app').map(({ id }) => id)).toEqual(['r4', 'r3', 'r2']);
    expect(stored(rig)).toEqual(needed(rig));
    expect(await collectFrom(rig)).toMatchObject({ releases: 2, directories: 2, blobs: 2, bytes: 2, isComplete: true });
    expect(stored(rig)).toEqual(needed(rig));
    expect(await collectFrom(rig)).toMatchObject({ releases: 0, directories: 0, blobs: 0, bytes: 0 });
  });

  it('keeps pinned releases besides the newest, with all that they are made of, until they are let go of', async () => {
    const rig = await releaseRig();
    for (const content of ['a', 'b', 'c', 'd']) await rig.release([rig.upload('default', content)]);
    age(rig);
    rig.desired.setPin('app', 'r2', { at: '2026-01-01T00:00:00Z', by: 'ann' });
    const ids = () => rig.desired.releases('app').map(({ id }) => id);
    expect(await collectFrom(rig, { isDryRun: true })).toMatchObject({ releases: 2 });
    expect(await collectFrom(rig)).toMatchObject({ releases: 2, directories: 2, blobs: 2 });
    expect(ids()).toEqual(['r4', 'r2']);
    expect(stored(rig)).toEqual(needed(rig));
    await rig.finish({
      kind: 'rollback',
      request: { application: 'app', release: 'r2', requestId: 'to-pinned', createdBy: 'test' },
    });
    const directory = rig.engine.desired[0]?.deployment.directory ?? '';
    expect(readFileSync(join(directory, 'index.html'), 'utf8')).toBe('b');
    expect(await collectFrom(rig)).toMatchObject({ releases: 1, directories: 1, blobs: 1 });
    expect(ids()).toEqual(['r5', 'r2']);
    rig.desired.setPin('app', 'r2', undefined);
    expect(await collectFrom(rig)).toMatchObject({ releases: 1, directories: 0, blobs: 0 });
    expect(ids()).toEqual(['r5']);
  });

  it('leaves what a deploy needs that comes in the middle of a round', async () => {
    const rig = await releaseRig();
    for (const content of ['one', 'two', 'three']) await rig.release([rig.upload('default', content)]);
    age(rig);
    const directories = new Map(
      ['one', 'two'].map((content) => {
        const files = [{ path: 'index.html', digest: digestOf(content), size: content.length, isExecutable: false }];
        return [digestOf(manifestText({ files })), content];
      }),
    );
    let released: string | undefined;
    // Between two directories, a release brings back what the round has just forgotten.
    const discard = async (directory: string) => {
      await rig.blobs.discard(directory);
      if (released !== undefined) return;
      directories.delete(basename(directory));
      [released] = directories.values();
      const files = [
        { path: 'index.html', digest: digestOf(released ?? ''), size: released?.length ?? 0, isExecutable: false },
      ];
      const operation = await rig.release([
        { module: 'default', version: 'one', spec: staticSpec(), manifest: { files } },
      ]);
      expect(operation).toMatchObject({ state: 'done' });
    };
    const blobs = Object.assign(Object.create(rig.blobs), {
      discard,
      collect: rig.blobs.collect.bind(rig.blobs),
    }) as Rig['blobs'];
    const collector = startCollector({ ...rig, blobs, clock: createFakeClock(Date.now()), keepReleases: 1 });
    onTestFinished(() => collector.close());
    expect(await collector.collectNow()).toMatchObject({ directories: 1, isComplete: false });
    const directory = rig.engine.desired[0]?.deployment.directory ?? '';
    expect(readFileSync(join(directory, 'index.html'), 'utf8')).toBe(released);
    expect(stored(rig).blobs).toEqual(expect.arrayContaining([...needed(rig).blobs]));
    expect(await collector.collectNow()).toMatchObject({ isComplete: true });
    expect(stored(rig)).toEqual(needed(rig));
  });

  it('is refused while a change runs', async () => {
    const rig = await releaseRig();
    const collector = startCollector({ ...rig, clock: createFakeClock(), keepReleases: 1 });
    onTestFinished(() => collector.close());
    const releasing = rig.release([rig.upload('default', 'a')]);
    await expect(collector.collectNow()).rejects.toMatchObject({ code: 'collection.busy' });
    await releasing;
    await expect(collector.collectNow()).resolves.toMatchObject({ isComplete: true });
  });

  it('leaves young blobs, and for an hour those that a client was told of', async () => {
    const rig = await releaseRig();
    const clock = createFakeClock(Date.now());
    rig.upload('default', 'young');
    const promised = createPromisedBlobs(clock, HOUR_MS);
    expect(await collectFrom(rig)).toMatchObject({ blobs: 0 });
    age(rig);
    promised.promise([digestOf('young')]);
    expect(await collectFrom(rig, promised)).toMatchObject({ blobs: 0 });
    await clock.advance(HOUR_MS - 1);
    expect(await collectFrom(rig, promised)).toMatchObject({ blobs: 0 });
    await clock.advance(1);
    expect(await collectFrom(rig, promised)).toMatchObject({ blobs: 1, bytes: 5 });
  });

  it('forgets operations that ended long ago, never one that is pending', async () => {
    const rig = await releaseRig();
    await rig.release([rig.upload('default', 'a')]);
    const begin = (index: number) =>
      rig.desired.begin({
        operation: {
          id: `op-${String(index).padStart(5, '0')}`,
          application: 'app',
          kind: 'stop',
          state: 'pending',
          createdAt: `2020-01-01T00:00:00.${String(index).padStart(5, '0')}Z`,
          createdBy: 'test',
          events: [],
        },
        requestId: `op-request-${index}`,
        request: {},
      });
    for (let index = 0; index < 1100; index += 1) begin(index);
    const pending = rig.desired.pendingOperations();
    for (const { operation } of pending.slice(1)) rig.desired.fail({ ...operation, state: 'failed' });
    await collectFrom(rig);
    expect(rig.desired.operations('app', 5000)).toHaveLength(1001);
    expect(rig.desired.pendingOperations().map(({ operation }) => operation.id)).toEqual(['op-00000']);
  });
});

const step = fc.oneof(
  fc.record({
    do: fc.constant('release' as const),
    module: fc.constantFrom('default', 'worker', 'site'),
    content: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  }),
  fc.record({ do: fc.constant('rollback' as const) }),
  fc.record({ do: fc.constant('delete' as const), module: fc.constantFrom('worker', 'site') }),
  fc.record({ do: fc.constant('upload' as const), content: fc.constantFrom('f', 'g') }),
  fc.record({
    do: fc.constant('collect' as const),
    keepReleases: fc.integer({ min: 1, max: 4 }),
    stopsAfter: fc.option(fc.nat(3)),
  }),
);

describe('collection under any row of changes', () => {
  it('never takes what is live, stored or promised, and in the end leaves nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const rig = await releaseRig();
        const promised = new Set<string>();
        let requests = 0;
        const author = () => ({ application: 'app', requestId: `change-${requests++}`, createdBy: 'test' });
        await rig.release([rig.upload('default', 'first')]);
        for (const next of steps) {
          if (next.do === 'release') await rig.release([rig.upload(next.module, next.content)]);
          if (next.do === 'rollback') await rig.finish({ kind: 'rollback', request: author() });
          if (next.do === 'upload') {
            rig.upload('default', next.content);
            promised.add(digestOf(next.content));
          }
          if (next.do === 'delete' && rig.desired.application('app')?.live.modules[next.module]) {
            await rig.finish({ kind: 'delete', request: { ...author(), module: next.module, version: 'one' } });
          }
          if (next.do === 'collect') {
            age(rig);
            let left = next.stopsAfter ?? Number.POSITIVE_INFINITY;
            const mayGoOn = () => left-- > 0;
            await collectFrom(rig, { ...next, mayGoOn, isPromised: (digest) => promised.has(digest) });
          }
          const there = stored(rig);
          expect(there.trees).toEqual(expect.arrayContaining([...needed(rig).trees]));
          expect(there.blobs).toEqual(expect.arrayContaining([...needed(rig).blobs, ...promised]));
        }
        age(rig);
        await collectFrom(rig);
        expect(stored(rig)).toEqual(needed(rig));
        await rig.close();
      }),
      { numRuns: 40, seed: 20261121 },
    );
  });
});
