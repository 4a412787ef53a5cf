/** How a deploy reaches Google: in parallel, in order, with as few requests as possible. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BlobSource } from '../../src/backend/backend.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { allTrafficTo } from '../../src/model/traffic.ts';
import { digestOf } from '../../src/support/digest.ts';
import { staticSpec } from '../contract/contract-bench.ts';
import { zipNames } from '../google-fake/version-rules.ts';
import { googleRig } from './rig.ts';

const rig = googleRig();
const { bench } = rig;
const folder = mkdtempSync(join(tmpdir(), 'appcfg-google-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a release at Google', () => {
  it('builds all modules at once, then moves all traffic at once', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    const modules = ['default', 'api', 'worker'];
    await bench.release(
      application,
      modules.map((module) => bench.upload({ module })),
    );
    fake.operations.endTogether(3, /^Versions\.CreateVersion /);
    fake.operations.endTogether(3, /^Services\.UpdateService /);
    fake.operations.mostAtOnce['Versions.CreateVersion'] = 0;
    fake.operations.mostAtOnce['Services.UpdateService'] = 0;
    const before = fake.requests.length;
    const traffic = Object.fromEntries(modules.map((module) => [module, allTrafficTo('dos')]));
    await bench.release(
      application,
      modules.map((module) => bench.upload({ module, version: 'dos' })),
      { traffic },
    );
    expect(fake.operations.mostAtOnce['Versions.CreateVersion']).toBe(3);
    expect(fake.operations.mostAtOnce['Services.UpdateService']).toBe(3);
    const changes = fake.requests.slice(before).filter((request) => /^(POST|PATCH) \/v1\/apps/.test(request));
    expect(changes.map((request) => request.split(' ')[0])).toEqual([
      'POST',
      'POST',
      'POST',
      'PATCH',
      'PATCH',
      'PATCH',
    ]);
    expect((await bench.live(application)).modules.map((module) => module.traffic.allocations)).toEqual([
      { dos: 1 },
      { dos: 1 },
      { dos: 1 },
    ]);
  });

  it("waits for a new application's default module before it begins with the others, and does those at once", async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    fake.operations.latencyMs = () => 60;
    fake.operations.endTogether(2, /^Versions\.CreateVersion services\/(?!default)/);
    fake.operations.mostAtOnce['Versions.CreateVersion'] = 0;
    await bench.release(
      application,
      ['worker', 'api', 'default'].map((module) => bench.upload({ module })),
    );
    expect(fake.operations.mostAtOnce['Versions.CreateVersion']).toBe(2);
    expect(Object.keys(Object.fromEntries(fake.admin.applications.get(application)?.services ?? []))[0]).toBe(
      'default',
    );
  });

  it('rounds shares to what Google keeps, so that they add up to 1', async () => {
    const application = bench.newApplication();
    const versions = ['uno', 'dos', 'tres'];
    await bench.release(
      application,
      versions.map((version) => bench.upload({ version })),
    );
    const third = 1 / 3;
    const split = { shardBy: 'ip', allocations: { uno: third, dos: third, tres: third } } as const;
    await bench.backend.traffic.set(application, { default: split });
    expect((await bench.live(application)).modules[0]?.traffic.allocations).toEqual({
      uno: 0.34,
      dos: 0.33,
      tres: 0.33,
    });
  });

  it('sees what other tools deployed, and goes back to it', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    const gcloud = fake.admin.create(application, 'us-central');
    fake.storage.put(`staging.${application}.appspot.com`, 'abc', Buffer.from('x'));
    await fetch(`${fake.url}/v1/apps/${application}/services/default/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: 'byhand',
        runtime: 'python312',
        deployment: {
          files: {
            'main.py': {
              sourceUrl: `https://storage.googleapis.com/staging.${application}.appspot.com/abc`,
              sha1Sum: '11f6ad8ec52a2984abaafd7c3b516503785c2072',
            },
          },
        },
      }),
    });
    expect(await bench.version(application, 'default', 'byhand')).toMatchObject({
      spec: { runtime: 'python312', scaling: { type: 'automatic' } },
      createdBy: 'somebody@example.com',
      fileCount: 1,
    });
    await bench.release(application, [bench.upload()], { traffic: { default: allTrafficTo('uno') } });
    await bench.backend.releases.rollback(application, undefined);
    expect((await bench.live(application)).modules[0]?.traffic.allocations).toEqual({ byhand: 1 });
    expect([...(gcloud.services.get('default')?.versions.keys() ?? [])]).toEqual(['byhand']);
  });
});

describe('files on their way to Google', () => {
  const sampleTree = (count: number, isExecutable = false) => {
    const blobs: BlobSource[] = [];
    const files = Array.from({ length: count }, (_, index) => {
      const text = `${folder} ${count} ${index}`;
      const path = join(folder, `${count}-${index}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, text);
      blobs.push({ digest: digestOf(text), size: text.length, path });
      return {
        path: `f/${String(index).padStart(5, '0')}.txt`,
        digest: digestOf(text),
        size: text.length,
        isExecutable,
      };
    });
    return { blobs, manifest: { files } satisfies Manifest };
  };
  const deployTree = async (application: string, { blobs, manifest }: ReturnType<typeof sampleTree>) => {
    const trees = [manifest];
    const digests = blobs.map(({ digest }) => digest);
    const missing = new Set(await bench.backend.files.missing(application, digests, { trees }));
    const progress: number[] = [];
    const left = blobs.filter(({ digest }) => missing.has(digest));
    await bench.backend.files.put(application, left, { trees, onProgress: (files) => progress.push(files) });
    const upload = { module: 'default', version: 'uno', spec: staticSpec(), manifest };
    await bench.release(application, [], { uploads: [upload] });
    return { sent: left.length, progress };
  };

  it('go as one archive when they are many and small, and are not sent again', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    const tree = sampleTree(300);
    const before = fake.requests.length;
    expect((await deployTree(application, tree)).progress.at(-1)).toBe(300);
    const uploads = fake.requests.slice(before).filter((request) => request.includes('/upload/'));
    // One archive, one manifest, and the journal.
    expect(uploads.length).toBeLessThan(10);
    expect((await bench.version(application, 'default', 'uno')).fileCount).toBe(300);
    expect(
      await bench.backend.files.missing(
        application,
        tree.blobs.map(({ digest }) => digest),
        { trees: [tree.manifest] },
      ),
    ).toEqual([]);
  });

  it('go one by one when they are few, and only those that are not there', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    const tree = sampleTree(5);
    await bench.backend.files.put(application, tree.blobs.slice(0, 3));
    expect((await deployTree(application, tree)).sent).toBe(2);
    const names = [...(fake.storage.buckets.get(`staging.${application}.appspot.com`)?.keys() ?? [])];
    expect(names.filter((name) => name.startsWith('appcfg/files/'))).toHaveLength(5);
    expect(names.filter((name) => name.endsWith('.zip'))).toEqual([]);
  });

  it('keep the right to run, which single files would lose', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    await deployTree(application, sampleTree(3, true));
    const bucket = fake.storage.buckets.get(`staging.${application}.appspot.com`);
    const [zip] = [...(bucket?.values() ?? [])].filter(({ name }) => name.endsWith('.zip'));
    expect(zipNames(zip?.bytes ?? Buffer.alloc(0)).map(({ mode }) => mode)).toEqual([0o755, 0o755, 0o755]);
  });

  it('go in parts when they are large, on from where the connection was cut', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    const path = join(folder, 'large');
    const bytes = Buffer.alloc(20 * 1024 * 1024, 'large');
    writeFileSync(path, bytes);
    const blob = { digest: digestOf(bytes), size: bytes.length, path };
    fake.storage.cutParts = 2;
    const progress: number[] = [];
    await bench.backend.files.put(application, [blob], { onProgress: (_files, sent) => progress.push(sent) });
    expect(progress.at(-1)).toBe(bytes.length);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(await bench.backend.files.missing(application, [blob.digest])).toEqual([]);
  });

  it('are sent again when Google is about to delete them by their age', async () => {
    const { fake } = rig.google;
    const application = bench.newApplication();
    const blob = bench.blob(`old ${application}`);
    await bench.backend.files.put(application, [blob]);
    const objects = [...(fake.storage.buckets.get(`staging.${application}.appspot.com`)?.values() ?? [])];
    for (const object of objects) object.timeCreated = new Date(Date.now() - 14.5 * 24 * 60 * 60_000).toISOString();
    expect(await bench.backend.files.missing(application, [blob.digest])).toEqual([blob.digest]);
  });
});
