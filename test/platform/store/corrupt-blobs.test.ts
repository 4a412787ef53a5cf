/** Content that rotted on disk: found before anything is made of it, and put away so that it is sent again. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/model/manifest.ts';
import { createBlobStore, type DiskBlobStore } from '../../../src/platform/store/disk-blob-store.ts';
import { digestOf } from '../../../src/support/digest.ts';

let base: string;
let lost: string[];
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'appcfg-rot-'));
  lost = [];
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const open = () => createBlobStore(join(base, 'store'), { onCorrupt: (digest) => void lost.push(digest) });
const fileOf = (digest: string) => join(base, 'store', 'blobs', digest.slice(0, 2), digest.slice(2));
const tree = (name: string) => join(base, 'trees', name);

function put(store: DiskBlobStore, content: string | Buffer): string {
  const bytes = Buffer.from(content);
  const writer = store.begin(digestOf(bytes), bytes.length);
  writer.write(bytes);
  writer.finish();
  return digestOf(bytes);
}

/** Another content of the same length. */
function rot(digest: string): void {
  const file = fileOf(digest);
  const content = readFileSync(file);
  content[0] = (content[0] ?? 0) ^ 0xff;
  chmodSync(file, 0o644);
  writeFileSync(file, content);
  chmodSync(file, 0o444);
  utimesSync(file, Date.now() / 1000 + 1, Date.now() / 1000 + 1);
}

const manifestOf = (contents: Readonly<Record<string, string>>): Manifest => ({
  files: Object.entries(contents).map(([path, content]) => ({
    path,
    digest: digestOf(content),
    size: Buffer.byteLength(content),
    isExecutable: path.startsWith('bin/'),
  })),
});

describe('a version directory', () => {
  it.each([
    ['of the same process', false],
    ['of a later process', true],
  ])('is not made of rotten content %s, and all of it is named missing at once', async (_, isLater) => {
    let store = open();
    const contents = { a: 'content a', b: 'content b', 'bin/c': 'content c', d: 'content d' };
    for (const content of Object.values(contents)) put(store, content);
    await store.materialise(manifestOf(contents), tree('first'));
    if (isLater) store = open();
    const rotten = [digestOf('content b'), digestOf('content c')];
    for (const digest of rotten) rot(digest);
    await expect(store.materialise(manifestOf(contents), tree('second'))).rejects.toMatchObject({
      code: 'blob.corrupt',
      details: { digest: rotten[0], others: 1 },
    });
    expect(existsSync(tree('second'))).toBe(false);
    expect(store.missing(Object.values(contents).map(digestOf))).toEqual(rotten);
    expect(lost).toEqual(rotten);
    for (const content of ['content b', 'content c']) put(store, content);
    for (const name of ['first', 'second']) {
      await store.materialise(manifestOf(contents), tree(name));
      for (const [path, content] of Object.entries(contents)) {
        expect(readFileSync(join(tree(name), path), 'utf8')).toBe(content);
      }
    }
  });

  it('finds rot in large content too, and lets others work meanwhile', async () => {
    const large = Buffer.alloc(20_000_000, 'large ').toString();
    put(open(), large);
    const store = open();
    rot(digestOf(large));
    let turns = 0;
    const count = () => {
      turns += 1;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    await expect(store.materialise(manifestOf({ large }), tree('large'))).rejects.toMatchObject({
      code: 'blob.corrupt',
    });
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it('is made of content that was looked at before without reading it again', async () => {
    const store = open();
    const digest = put(store, 'content');
    await store.materialise(manifestOf({ a: 'content' }), tree('first'));
    const before = statSync(fileOf(digest)).atimeMs;
    await store.materialise(manifestOf({ b: 'content' }), tree('second'));
    expect(statSync(fileOf(digest)).atimeMs).toBe(before);
  });

  it('is put right from the content when only its place and length are looked at', async () => {
    const store = open();
    put(store, 'content a');
    await store.materialise(manifestOf({ a: 'content a' }), tree('live'));
    rmSync(join(tree('live'), 'a'));
    await store.materialise(manifestOf({ a: 'content a' }), tree('live'), { trustsBlobs: true });
    expect(readFileSync(join(tree('live'), 'a'), 'utf8')).toBe('content a');
  });
});

it('content that is found rotten when it is read is told and put away', () => {
  const store = open();
  const digest = put(store, 'content');
  rot(digest);
  expect(() => store.read(digest)).toThrow(expect.objectContaining({ code: 'blob.corrupt' }));
  expect(lost).toEqual([digest]);
  expect(store.missing([digest])).toEqual([digest]);
});
