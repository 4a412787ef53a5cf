import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Manifest, ManifestFile } from '../../../src/model/manifest.ts';
import type { RunCommand } from '../../../src/platform/runtimes/runtime.ts';
import { createBlobStore, type DiskBlobStore } from '../../../src/platform/store/disk-blob-store.ts';
import { digestOf } from '../../../src/support/digest.ts';
import { startProgram } from './run-program.ts';

let base: string;
let root: string;
let tree: string;
let store: DiskBlobStore;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'appcfg-blobs-'));
  root = join(base, 'store');
  tree = join(base, 'trees', 'one');
  store = createBlobStore(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function put(content: string | Uint8Array): string {
  const bytes = Buffer.from(content);
  const digest = digestOf(bytes);
  const writer = store.begin(digest, bytes.length);
  writer.write(bytes);
  writer.finish();
  return digest;
}

function manifestOf(contents: Readonly<Record<string, string>>): Manifest {
  const files = Object.entries(contents).map(([name, content]): ManifestFile => {
    const isExecutable = name.endsWith('*');
    return { path: name.replace('*', ''), digest: put(content), size: Buffer.byteLength(content), isExecutable };
  });
  return { files };
}

const fileOf = (digest: string, folder = 'blobs') => join(root, folder, digest.slice(0, 2), digest.slice(2));
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
  return 'no error';
};
/** Blobs are read-only, also for the tests unless they run as root. */
function cut(path: string, length: number): void {
  chmodSync(path, 0o644);
  truncateSync(path, length);
  chmodSync(path, 0o444);
}
function replaceBy(make: (path: string) => void): (path: string) => void {
  return (path) => {
    rmSync(path);
    make(path);
  };
}
function overwrite(path: string, content: string): void {
  chmodSync(path, 0o644);
  writeFileSync(path, content);
  chmodSync(path, 0o444);
}

describe('taking blobs', () => {
  it.each([0, 1, 65_537, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 3_000_000])(
    'keeps %i bytes that came in pieces',
    (size) => {
      const content = Buffer.alloc(size, 'some content ');
      const digest = digestOf(content);
      const writer = store.begin(digest, size);
      for (let offset = 0; offset < size; offset += 40_000) writer.write(content.subarray(offset, offset + 40_000));
      expect(store.has(digest)).toBe(false);
      writer.finish();
      expect(store.has(digest)).toBe(true);
      expect(Buffer.from(store.read(digest)).equals(content)).toBe(true);
      expect(statSync(fileOf(digest)).mode & 0o777).toBe(0o444);
      expect(readdirSync(join(root, 'incoming'))).toEqual([]);
    },
  );

  it('names what is missing, in the order asked', () => {
    const there = put('there');
    const [one, two] = [digestOf('one'), digestOf('two')];
    expect(store.missing([two, there, one])).toEqual([two, one]);
    expect(store.missing([])).toEqual([]);
    expect(createBlobStore(root).missing([there, one])).toEqual([one]);
  });

  it.each([10, 2_000_000])('keeps nothing of %i bytes that are not what was announced', (size) => {
    const content = Buffer.alloc(size, 'x');
    const digest = digestOf(content);
    const other = Buffer.alloc(size, 'y');
    const attempts: readonly (() => void)[] = [
      () => {
        const writer = store.begin(digest, size);
        writer.write(other);
        writer.finish();
      },
      () => {
        const writer = store.begin(digest, size);
        writer.write(content.subarray(1));
        writer.finish();
      },
      () => store.begin(digest, size - 1).write(content),
      () => {
        const writer = store.begin(digest, size);
        writer.write(content);
        writer.abort();
        writer.finish();
      },
    ];
    for (const attempt of attempts) expect(codeOf(attempt)).toBe('blob.corrupt');
    expect(store.has(digest)).toBe(false);
    expect(createBlobStore(root).has(digest)).toBe(false);
    expect(readdirSync(join(root, 'blobs'))).toEqual([]);
  });

  it('takes no path for a digest', () => {
    for (const digest of ['../../escape', '', 'A'.repeat(64), `${'a'.repeat(62)}/.`]) {
      expect(codeOf(() => store.begin(digest, 1))).toBe('blob.corrupt');
      expect(codeOf(() => store.read(digest))).toBe('blob.missing');
      expect(store.verify(digest)).toBe('missing');
      expect(store.has(digest)).toBe(false);
    }
  });

  it('starts without what a killed process was writing', () => {
    writeFileSync(join(root, 'incoming', '17'), 'half a blo');
    createBlobStore(root);
    expect(readdirSync(join(root, 'incoming'))).toEqual([]);
  });
});

describe('a damaged blob', () => {
  it('is found when it is read, counts as missing from then on, and is healed by sending it again', () => {
    const digest = put('healthy');
    overwrite(fileOf(digest), 'damaged');
    expect(codeOf(() => store.read(digest))).toBe('blob.corrupt');
    expect(store.missing([digest])).toEqual([digest]);
    expect(codeOf(() => store.read(digest))).toBe('blob.missing');
    put('healthy');
    expect(Buffer.from(store.read(digest)).toString()).toBe('healthy');
  });

  it('is found by looking for it', () => {
    const [whole, damaged, gone] = [put('whole'), put('damaged'), put('gone')];
    cut(fileOf(damaged), 3);
    rmSync(fileOf(gone));
    expect([whole, damaged, gone, digestOf('never')].map((digest) => store.verify(digest))).toEqual([
      'whole',
      'corrupt',
      'missing',
      'missing',
    ]);
    expect(store.missing([whole, damaged, gone])).toEqual([damaged, gone]);
  });
});

describe('materialising', () => {
  const contents = {
    'app.yaml': 'runtime: python3',
    'static/css/a.css': 'body {}',
    'static/b.js': 'let b',
    'bin/run*': '#!/bin/sh\n',
  };

  it('makes exactly the files, as read-only links to the blobs', async () => {
    const manifest = manifestOf(contents);
    await store.materialise(manifest, tree);
    const found = readdirSync(tree, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(found.map((entry) => join(entry.parentPath, entry.name)).sort()).toEqual(
      manifest.files.map((file) => join(tree, file.path)).sort(),
    );
    for (const { path, digest, isExecutable } of manifest.files) {
      const placed = lstatSync(join(tree, path));
      expect(placed.mode & 0o777).toBe(isExecutable ? 0o555 : 0o444);
      expect(placed.ino).toBe(statSync(fileOf(digest, isExecutable ? 'blobs-x' : 'blobs')).ino);
    }
    expect(readFileSync(join(tree, 'static/css/a.css'), 'utf8')).toBe('body {}');
    expect(readdirSync(join(base, 'trees'))).toEqual(['one']);
  });

  it('keeps one content with and without execute bits apart', async () => {
    await store.materialise(manifestOf({ 'a*': 'same', b: 'same', c: '' }), tree);
    expect(['a', 'b', 'c'].map((name) => statSync(join(tree, name)).mode & 0o777)).toEqual([0o555, 0o444, 0o444]);
  });

  it('makes an empty directory of an empty manifest', async () => {
    await store.materialise({ files: [] }, tree);
    expect(readdirSync(tree)).toEqual([]);
  });

  it('leaves nothing behind when a blob is missing', async () => {
    const manifest = manifestOf(contents);
    const lost = manifest.files[2]?.digest ?? '';
    rmSync(fileOf(lost));
    await expect(store.materialise(manifest, tree)).rejects.toMatchObject({
      code: 'blob.missing',
      details: { digest: lost },
    });
    expect(readdirSync(join(base, 'trees'))).toEqual([]);
    expect(store.missing([lost])).toEqual([lost]);
  });

  it('writes nothing at all for a manifest that is not safe', async () => {
    const digest = put('content');
    for (const path of ['../escape', '/absolute', 'a/../../b', '']) {
      const manifest = { files: [{ path, digest, size: 7, isExecutable: false }] };
      await expect(store.materialise(manifest, tree)).rejects.toMatchObject({
        code: 'manifest.unsafe',
        details: { path },
      });
    }
    expect(readdirSync(base)).toEqual(['store']);
  });

  it('refuses a manifest that lies about a size', async () => {
    const manifest = { files: [{ path: 'a', digest: put('content'), size: 1, isExecutable: false }] };
    await expect(store.materialise(manifest, tree)).rejects.toMatchObject({ code: 'manifest.unsafe' });
    expect(existsSync(tree)).toBe(false);
  });

  it('leaves a directory that is right where it is', async () => {
    const manifest = manifestOf(contents);
    await store.materialise(manifest, tree);
    const before = statSync(tree).ino;
    writeFileSync(join(tree, 'written-by-the-application'), '');
    await store.materialise(manifest, tree);
    expect(statSync(tree).ino).toBe(before);
  });

  it.each<[string, (file: string) => void]>([
    ['cut', (file) => cut(file, 1)],
    ['deleted', (file) => rmSync(file)],
    ['replaced', replaceBy((file) => writeFileSync(file, 'body ()'))],
    ['made a directory', replaceBy((file) => mkdirSync(file))],
  ])('makes a directory anew of which a file was %s', async (_how, damage) => {
    const manifest = manifestOf(contents);
    await store.materialise(manifest, tree);
    damage(join(tree, 'static/css/a.css'));
    // Cutting the link cut the blob: that must be said first, and sending it again must be enough.
    for (const { digest } of manifest.files) store.verify(digest);
    const again = manifestOf(contents);
    await store.materialise(again, tree);
    expect(readFileSync(join(tree, 'static/css/a.css'), 'utf8')).toBe('body {}');
    expect(readdirSync(join(base, 'trees'))).toEqual(['one']);
  });

  it('replaces links to a blob that was damaged and healed since', async () => {
    const manifest = manifestOf({ a: 'healthy' });
    await store.materialise(manifest, tree);
    overwrite(join(tree, 'a'), 'damaged');
    expect(store.verify(digestOf('healthy'))).toBe('corrupt');
    put('healthy');
    await store.materialise(manifest, tree);
    expect(readFileSync(join(tree, 'a'), 'utf8')).toBe('healthy');
  });

  it('serves two that want the same directory at once, and clears what a killed one left beside it', async () => {
    const manifest = manifestOf(contents);
    mkdirSync(`${tree}.tmp-0123`, { recursive: true });
    await Promise.all([store.materialise(manifest, tree), store.materialise(manifest, tree)]);
    expect(readdirSync(join(base, 'trees'))).toEqual(['one']);
  });

  const otherFileSystem = '/dev/shm';
  const hasOther = existsSync(otherFileSystem) && statSync(otherFileSystem).dev !== statSync(tmpdir()).dev;
  it.skipIf(!hasOther)('copies where links are impossible, and knows its copies again', async () => {
    const directory = mkdtempSync(join(otherFileSystem, 'appcfg-trees-'));
    try {
      const manifest = manifestOf(contents);
      const there = join(directory, 'tree');
      await store.materialise(manifest, there);
      expect(readFileSync(join(there, 'static/b.js'), 'utf8')).toBe('let b');
      expect(statSync(join(there, 'bin/run')).mode & 0o777).toBe(0o555);
      const before = statSync(there).ino;
      await store.materialise(manifest, there);
      expect(statSync(there).ino).toBe(before);
      overwrite(join(there, 'static/b.js'), 'let c');
      await store.materialise(manifest, there);
      expect(readFileSync(join(there, 'static/b.js'), 'utf8')).toBe('let b');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe('letting go', () => {
  it('deletes old blobs that nothing names, and only those', async () => {
    const [live, old, young] = [put('live'), put('old and large'), put('young')];
    const manifest = manifestOf({ 'x*': 'old executable', 'y*': 'live executable' });
    await store.materialise(manifest, tree);
    const executables = manifest.files.map((file) => file.digest);
    const longAgo = Date.now() / 1000 - 7200;
    for (const digest of [live, old, ...executables]) utimesSync(fileOf(digest), longAgo, longAgo);
    const needed = new Set([live, executables[1] ?? '']);
    const request = { isNeeded: (digest: string) => needed.has(digest), graceMs: 3_600_000 };
    const bytes = 'old and large'.length + 'old executable'.length;
    expect(await store.collect({ ...request, isDryRun: true })).toEqual({ blobs: 2, bytes });
    expect(store.missing([live, old, young, ...executables])).toEqual([]);
    const collected = await store.collect(request);
    expect(collected).toEqual({ blobs: 2, bytes });
    expect(store.missing([live, old, young, ...executables])).toEqual([old, executables[0]]);
    expect(executables.map((digest) => existsSync(fileOf(digest, 'blobs-x')))).toEqual([false, true]);
    expect(readFileSync(join(tree, 'x'), 'utf8')).toBe('old executable');
  });

  it('takes a directory away at once and deletes it later', async () => {
    await store.materialise(manifestOf({ a: '1', 'b/c': '2' }), tree);
    await store.discard(tree);
    await store.discard(tree);
    expect(existsSync(tree)).toBe(false);
    expect(readdirSync(join(root, 'trash'))).toHaveLength(1);
    await store.collect({ isNeeded: () => false, graceMs: 0 });
    expect(readdirSync(join(root, 'trash'))).toEqual([]);
  });
});

describe('durability', () => {
  const isMarked = () => existsSync(join(root, 'unsynced'));
  const many = () => Array.from({ length: 20 }, (_, n) => put(`content ${n}`));

  it('is marked as owed until the barrier', async () => {
    expect(isMarked()).toBe(false);
    put('a');
    expect(isMarked()).toBe(true);
    await store.sync();
    expect(isMarked()).toBe(false);
    put('b');
    await Promise.all([store.sync(), store.sync()]);
    expect(isMarked()).toBe(false);
  });

  it('is one command for many blobs where commands may be run', async () => {
    const commands: string[] = [];
    const run: RunCommand = async ({ command, args }) => {
      commands.push([command, ...args].join(' '));
      return { exitCode: 0, signal: null };
    };
    store = createBlobStore(root, { run });
    many();
    await store.sync();
    expect(commands).toEqual(process.platform === 'linux' ? [`sync -f ${root}`] : []);
    expect(isMarked()).toBe(false);
  });

  it.each<[string, RunCommand]>([
    ['fails', async () => ({ exitCode: 1, signal: null })],
    ['is not there', async () => Promise.reject(new Error('spawn sync ENOENT'))],
  ])('does not depend on the command, which %s', async (_how, run) => {
    store = createBlobStore(root, { run });
    const digests = many();
    rmSync(fileOf(digests[0] ?? ''));
    await store.sync();
    expect(isMarked()).toBe(false);
  });

  it('looks again at what an interrupted batch wrote, and only at that', async () => {
    const [early, short, empty, whole] = [put('early'), put('cut short'), put('emptied'), put('whole')];
    await store.sync();
    const longAgo = Date.now() / 1000 - 86_400;
    put('starts the next batch');
    // As after a power loss: names are there, contents are not.
    cut(fileOf(short), 2);
    cut(fileOf(empty), 0);
    cut(fileOf(early), 2);
    utimesSync(fileOf(early), longAgo, longAgo);
    expect(isMarked()).toBe(true);
    store = createBlobStore(root);
    expect(store.missing([early, short, empty, whole])).toEqual([short, empty]);
    expect(isMarked()).toBe(false);
  });

  it('is not promised by a materialised directory without the blobs under it', async () => {
    await store.materialise(manifestOf({ 'a*': '1', b: '2' }), tree);
    expect(isMarked()).toBe(false);
  });

  it('has every blob whole after kill -9', async () => {
    const program = startProgram('upload-forever', [root, '3000']);
    await program.printed(/^synced 50$/m);
    program.process.kill('SIGKILL');
    await program.ended;
    const synced = Number(program.output().trim().split('\n').at(-1)?.replace('synced ', ''));
    store = createBlobStore(root);
    for (let n = 1; n <= synced; n += 1) {
      const content = Buffer.alloc(3000, `${n} `);
      expect(Buffer.from(store.read(digestOf(content))).equals(content)).toBe(true);
    }
    expect(readdirSync(join(root, 'incoming'))).toEqual([]);
  });

  it('says so when the disk is full, and keeps nothing of that blob', async () => {
    const program = startProgram('upload-forever', [root, '1500000'], 2000);
    expect(await program.ended).toBe(0);
    expect(program.output()).toMatch(/^failed store\.write-failed Can't write .*\/incoming\/1: /m);
    expect(readdirSync(join(root, 'incoming'))).toEqual([]);
    expect(readdirSync(join(root, 'blobs'))).toEqual([]);
  });
});
