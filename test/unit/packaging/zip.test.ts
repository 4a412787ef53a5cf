import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { packageTree } from '../../../src/packaging/package-tree.ts';
import { writeZip } from '../../../src/packaging/zip.ts';
import { temporaryDirectory } from '../../platform/temporary-directory.ts';
import { everything, type Link, roomy, treeOnDisk } from './tree-on-disk.ts';
import { readZip } from './zip-reader.ts';

const LARGE = 'line of a large file\n'.repeat(300_000);
const hasUnzip = spawnSync('unzip', ['-v']).status === 0;

async function sample(more: Record<string, string | Link> = {}) {
  const directory = treeOnDisk({ 'a.b': 'dot', 'a/x': 'inner', 'é.txt': 'accent', empty: '', 'run.sh': '#!', ...more });
  chmodSync(join(directory, 'run.sh'), 0o755);
  return { directory, tree: await packageTree({ directory, rules: everything, limits: roomy }) };
}

describe('writeZip', () => {
  it('holds the same files as the manifest, in its order, with their modes and a fixed date', async () => {
    const { tree } = await sample({ large: LARGE, link: { linkTo: 'a/x' } });
    const output = join(temporaryDirectory(), 'app.zip');
    await writeZip(tree, output);
    const entries = readZip(readFileSync(output));
    expect(entries.map((entry) => entry.name)).toEqual(tree.manifest.files.map((file) => file.path));
    expect(entries.map((entry) => entry.content)).toEqual(['dot', 'inner', '', LARGE, 'inner', '#!', 'accent']);
    expect(entries.map((entry) => entry.mode)).toEqual([0o644, 0o644, 0o644, 0o644, 0o644, 0o755, 0o644]);
    const newYear1980 = (1 << 21) | (1 << 16);
    expect(new Set(entries.map((entry) => entry.dosTime))).toEqual(new Set([newYear1980]));
  });

  it('is the same for the same files, wherever and whenever they were made', async () => {
    const archives = await Promise.all(
      [1, 2].map(async () => {
        const output = join(temporaryDirectory(), 'app.zip');
        await writeZip((await sample()).tree, output);
        return readFileSync(output);
      }),
    );
    expect(archives[0]?.equals(archives[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('goes into a stream, which stays open', async () => {
    const { tree } = await sample();
    const stream = new PassThrough();
    const received = buffer(stream);
    await writeZip(tree, stream);
    expect(stream.writableEnded).toBe(false);
    stream.end();
    expect(readZip(await received)).toHaveLength(5);
  });

  it.skipIf(!hasUnzip)('satisfies unzip', async () => {
    const { tree } = await sample({ large: LARGE });
    const output = join(temporaryDirectory(), 'app.zip');
    await writeZip(tree, output);
    expect(spawnSync('unzip', ['-tqq', output])).toMatchObject({ status: 0 });
  });
});

describe('a zip that can not be finished', () => {
  it.each([
    ['small', 'a.b'],
    ['large', 'large'],
  ])('because a %s file changed leaves nothing behind, not even of the one before', async (_, path) => {
    const { directory, tree } = await sample({ large: LARGE });
    const folder = temporaryDirectory();
    const output = join(folder, 'app.zip');
    writeFileSync(output, 'the former one');
    const content = readFileSync(join(directory, path), 'utf8');
    writeFileSync(join(directory, path), `${content.slice(1)}!`);
    await expect(writeZip(tree, output)).rejects.toMatchObject({
      code: 'packaging.changed-while-reading',
      details: { path },
    });
    expect(readdirSync(folder)).toEqual(['app.zip']);
    expect(readFileSync(output, 'utf8')).toBe('the former one');
  });

  it('because a file is gone says which', async () => {
    const { directory, tree } = await sample();
    rmSync(join(directory, 'a.b'));
    const writing = writeZip(tree, join(temporaryDirectory(), 'app.zip'));
    await expect(writing).rejects.toMatchObject({ code: 'packaging.unreadable', details: { path: 'a.b' } });
  });

  it('because it was interrupted leaves nothing behind', async () => {
    const { tree } = await sample({ large: LARGE });
    const folder = temporaryDirectory();
    const interrupt = new AbortController();
    const writing = writeZip(tree, join(folder, 'app.zip'), { signal: interrupt.signal });
    interrupt.abort(new Error('^C'));
    await expect(writing).rejects.toThrow('^C');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('because of its place says why', async () => {
    const { tree } = await sample();
    const output = join(temporaryDirectory(), 'no', 'such', 'folder.zip');
    await expect(writeZip(tree, output)).rejects.toMatchObject({ code: 'packaging.unwritable' });
    expect(existsSync(output)).toBe(false);
  });

  it('because the stream failed says why', async () => {
    const { tree } = await sample({ large: LARGE });
    const full = new Writable({ write: (_chunk, _encoding, callback) => callback(new Error('no space')) });
    await expect(writeZip(tree, full)).rejects.toThrow('no space');
  });

  it('because of a name that an archive would change is refused', async () => {
    const { tree } = await sample({ 'c:evil': '' });
    const refused = writeZip(tree, join(temporaryDirectory(), 'app.zip'));
    await expect(refused).rejects.toMatchObject({
      code: 'packaging.refused',
      message: expect.stringContaining('c:evil'),
    });
  });
});
