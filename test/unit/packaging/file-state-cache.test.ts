import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileStateKey, openFileStateCache } from '../../../src/packaging/file-state-cache.ts';
import { type PackagedTree, packageTree } from '../../../src/packaging/package-tree.ts';
import { createFakeClock } from '../../fake-clock.ts';
import { temporaryDirectory } from '../../platform/temporary-directory.ts';
import { everything, roomy, treeOnDisk } from './tree-on-disk.ts';

/** Far enough from the making of the files that none counts as just changed. */
const anHourLater = createFakeClock(Date.now() + 3_600_000);

async function packaged(directory: string, caches: string, clock = anHourLater): Promise<PackagedTree> {
  const cache = openFileStateCache(caches, fileStateKey(directory, everything), clock);
  return await packageTree({ directory, rules: everything, limits: roomy, cache });
}

function tree() {
  return {
    directory: treeOnDisk({ a: '1', 'd/b': '22', 'd/c': '333', z: '' }),
    caches: join(temporaryDirectory(), 'new'),
  };
}

describe('an unchanged tree', () => {
  it('is packaged again without reading a file', async () => {
    const { directory, caches } = tree();
    const first = await packaged(directory, caches);
    expect(first.statistics).toEqual({ filesRead: 4, bytesRead: 6, filesFromCache: 0 });
    const second = await packaged(directory, caches);
    expect(second.statistics).toEqual({ filesRead: 0, bytesRead: 0, filesFromCache: 4 });
    expect({ ...second, statistics: undefined }).toEqual({ ...first, statistics: undefined });
  });

  it('writes nothing', async () => {
    const { directory, caches } = tree();
    await packaged(directory, caches);
    const stored = join(caches, readdirSync(caches)[0] ?? '');
    utimesSync(stored, 1, 1);
    await packaged(directory, caches);
    expect(statSync(stored).mtimeMs).toBe(1000);
    expect(readdirSync(caches)).toHaveLength(1);
  });
});

describe('what changed, and only that, is read again', () => {
  it.each<[name: string, change: (directory: string) => void, filesRead: number]>([
    ['a content', (d) => writeFileSync(join(d, 'a'), '9'), 1],
    ['a size', (d) => appendFileSync(join(d, 'd/b'), '9'), 1],
    [
      'a content whose time and size were put back',
      (d) => {
        writeFileSync(join(d, 'a'), '9');
        utimesSync(join(d, 'a'), 1_700_000_000.5, 1_700_000_000.5);
      },
      1,
    ],
    [
      'another file in its place',
      (d) => {
        writeFileSync(join(d, '../other'), '9');
        renameSync(join(d, '../other'), join(d, 'a'));
      },
      1,
    ],
    ['a mode', (d) => chmodSync(join(d, 'a'), 0o755), 1],
    ['a new file', (d) => writeFileSync(join(d, 'd/bb'), 'new'), 1],
    ['a file less', (d) => rmSync(join(d, 'd/b')), 0],
    ['a new name', (d) => renameSync(join(d, 'a'), join(d, 'y')), 1],
    [
      'two files for each other',
      (d) => {
        renameSync(join(d, 'a'), join(d, 'x'));
        renameSync(join(d, 'd/b'), join(d, 'a'));
        renameSync(join(d, 'x'), join(d, 'd/b'));
      },
      2,
    ],
    [
      'a directory that became a file',
      (d) => {
        rmSync(join(d, 'd'), { recursive: true });
        writeFileSync(join(d, 'd'), 'file');
      },
      1,
    ],
  ])('%s', async (_, change, filesRead) => {
    const caches = temporaryDirectory();
    const directory = join(temporaryDirectory(), 'app');
    treeOnDisk({ a: '1', 'd/b': '22', 'd/c': '333', z: '' }, directory);
    await packaged(directory, caches);
    change(directory);
    const again = await packaged(directory, caches);
    expect(again.statistics.filesRead).toBe(filesRead);
    const afresh = await packageTree({ directory, rules: everything, limits: roomy });
    expect(again.manifest).toEqual(afresh.manifest);
    expect(again.manifestDigest).toBe(afresh.manifestDigest);
    expect((await packaged(directory, caches)).statistics.filesRead).toBe(0);
  });
});

describe('a file that changed just before it was read', () => {
  it('is read again, because a change right after would leave the same time', async () => {
    const { directory, caches } = tree();
    const now = createFakeClock(lstatSync(join(directory, 'a')).ctimeMs);
    await packaged(directory, caches, now);
    expect((await packaged(directory, caches, now)).statistics.filesRead).toBe(4);
    expect((await packaged(directory, caches)).statistics.filesRead).toBe(4);
    expect((await packaged(directory, caches)).statistics.filesRead).toBe(0);
  });
});

describe('a stored file', () => {
  it.each<[name: string, damage: (content: Buffer) => Buffer]>([
    ['cut short', (content) => content.subarray(0, content.length - 1)],
    [
      'with one bit turned',
      (content) => {
        const turned = Buffer.from(content);
        turned[turned.length - 40] = (turned[turned.length - 40] ?? 0) ^ 1;
        return turned;
      },
    ],
    ['that is empty', () => Buffer.alloc(0)],
    [
      'of another format',
      (content) => Buffer.from(content.toString('latin1').replace('states-2', 'states-1'), 'latin1'),
    ],
    ['of something else', () => Buffer.from('{"version": 3}\n')],
  ])('%s is not used', async (_, damage) => {
    const { directory, caches } = tree();
    const first = await packaged(directory, caches);
    const file = join(caches, readdirSync(caches)[0] ?? '');
    writeFileSync(file, damage(readFileSync(file)));
    const again = await packaged(directory, caches);
    expect(again.statistics.filesRead).toBe(4);
    expect(again.manifestDigest).toBe(first.manifestDigest);
    expect((await packaged(directory, caches)).statistics.filesRead).toBe(0);
  });

  it('is readable by its owner only', async () => {
    const { directory, caches } = tree();
    await packaged(directory, caches);
    expect(readdirSync(caches)).toHaveLength(1);
    expect(statSync(join(caches, readdirSync(caches)[0] ?? '')).mode & 0o077).toBe(0);
  });

  it('belongs to one directory and one set of rules', () => {
    const keys = [
      fileStateKey('/a', everything),
      fileStateKey('/b', everything),
      fileStateKey('/a', { ...everything, signature: 'other' }),
    ];
    expect(new Set(keys).size).toBe(3);
    expect(fileStateKey('/a', { ...everything })).toBe(keys[0]);
  });

  it('that nobody wrote for a month is deleted with the next that is written, and nothing else is', async () => {
    const { directory, caches } = tree();
    mkdirSync(caches);
    const monthAgo = (anHourLater.now() - 31 * 24 * 3_600_000) / 1000;
    for (const name of ['old.states', 'old.states.12.tmp', 'other', 'young.states']) {
      writeFileSync(join(caches, name), '');
      if (name !== 'young.states') utimesSync(join(caches, name), monthAgo, monthAgo);
    }
    await packaged(directory, caches);
    const own = `${fileStateKey(directory, everything)}.states`;
    expect(readdirSync(caches).sort()).toEqual([own, 'other', 'young.states'].sort());
  });

  it('that can not be written costs time only', async () => {
    const { directory } = tree();
    const caches = join(temporaryDirectory(), 'a-file');
    writeFileSync(caches, '');
    expect((await packaged(directory, caches)).manifest.files).toHaveLength(4);
    expect((await packaged(directory, join(caches, 'below'))).statistics.filesRead).toBe(4);
  });

  it('is not replaced by a packaging that failed', async () => {
    const { directory, caches } = tree();
    await packaged(directory, caches);
    mkdirSync(join(directory, 'bad '));
    await expect(packaged(directory, caches)).rejects.toMatchObject({ code: 'packaging.refused' });
    rmSync(join(directory, 'bad '), { recursive: true });
    expect((await packaged(directory, caches)).statistics.filesRead).toBe(0);
  });
});
