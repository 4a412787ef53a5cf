import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AppcfgError } from '../../../src/errors.ts';
import { manifestText } from '../../../src/model/manifest.ts';
import { type PackagedTree, type PackageRequest, packageTree } from '../../../src/packaging/package-tree.ts';
import type { TreeProblem } from '../../../src/packaging/tree-problem.ts';
import { temporaryDirectory } from '../../platform/temporary-directory.ts';
import { everything, type Link, roomy, treeOnDisk } from './tree-on-disk.ts';

async function packaged(directory: string, options: Partial<PackageRequest> = {}): Promise<PackagedTree> {
  return await packageTree({ directory, rules: everything, limits: roomy, ...options });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Reasons by path. */
async function problemsOf(directory: string, options?: Partial<PackageRequest>): Promise<Record<string, string>> {
  const error: unknown = await packaged(directory, options).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'packaging.refused' });
  const { problems } = (error as AppcfgError).details as { readonly problems: readonly TreeProblem[] };
  return Object.fromEntries(problems.map((problem) => [problem.path, problem.reason]));
}

describe('packageTree', () => {
  it('lists path, digest, size and mode of every file, sorted by path', async () => {
    const directory = treeOnDisk({
      'main.py': 'print(1)',
      'a/x': 'x',
      'a.b': '',
      'a-b': '',
      B: '',
      'run.sh': '#!',
      é: '',
    });
    chmodSync(join(directory, 'run.sh'), 0o755);
    const tree = await packaged(directory);
    expect(tree.manifest.files.map((file) => file.path)).toEqual(['B', 'a-b', 'a.b', 'a/x', 'main.py', 'run.sh', 'é']);
    expect(tree.manifest.files[4]).toEqual({
      path: 'main.py',
      digest: sha256('print(1)'),
      size: 8,
      isExecutable: false,
    });
    expect(tree.manifest.files[5]?.isExecutable).toBe(true);
    expect(tree.manifestDigest).toBe(sha256(manifestText(tree.manifest)));
    expect(tree.sources.get(sha256('x'))).toEqual({ path: join(directory, 'a/x'), size: 1 });
    expect(tree.statistics).toEqual({ filesRead: 7, bytesRead: 11, filesFromCache: 0 });
  });

  it('sorts any tree as its manifest must be, whatever the order in which files were made', async () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'B', '-', '.', '0', 'é', '😀'), minLength: 1, maxLength: 3 });
    const path = fc
      .array(
        name.filter((text) => !/^\.+$/.test(text)),
        { minLength: 1, maxLength: 3 },
      )
      .map((parts) => parts.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(path, { minLength: 1, maxLength: 12 }), async (paths) => {
        const files = paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`)));
        const make = (order: readonly string[]) => treeOnDisk(Object.fromEntries(order.map((file) => [file, file])));
        const [there, back] = [await packaged(make(files)), await packaged(make([...files].reverse()))];
        expect(there.manifest.files.map((file) => file.path)).toEqual([...files].sort());
        expect(there.manifestDigest).toBe(back.manifestDigest);
      }),
      { numRuns: 40 },
    );
  });

  it('changes its digest with a path, a content and a mode, and with nothing else', async () => {
    const digests = new Set<string>();
    const directory = treeOnDisk({ a: '1', b: '2' });
    digests.add((await packaged(directory)).manifestDigest);
    digests.add((await packaged(treeOnDisk({ b: '2', a: '1' }))).manifestDigest);
    expect(digests.size).toBe(1);
    chmodSync(join(directory, 'a'), 0o755);
    digests.add((await packaged(directory)).manifestDigest);
    digests.add((await packaged(treeOnDisk({ a: '1', c: '2' }))).manifestDigest);
    digests.add((await packaged(treeOnDisk({ a: '1', b: '3' }))).manifestDigest);
    expect(digests.size).toBe(4);
  });

  it('reads a file larger than its buffer', async () => {
    const content = 'abcdefgh'.repeat(400_000);
    const tree = await packaged(treeOnDisk({ large: content }));
    expect(tree.manifest.files[0]).toMatchObject({ digest: sha256(content), size: content.length });
    expect(tree.statistics.bytesRead).toBe(content.length);
  });

  it('leaves out what the rules say, with everything in it, and says so when asked', async () => {
    const directory = treeOnDisk({ kept: '', 'd/ignored': '', 'ignored/a': '', 'ignored/b': '' });
    const tree = await packaged(directory, { collectIgnored: true });
    expect(tree.manifest.files.map((file) => file.path)).toEqual(['kept']);
    expect(tree.ignored).toEqual([
      { path: 'd/ignored', rule: 'ignored', isDirectory: false },
      { path: 'ignored', rule: 'ignored', isDirectory: true },
    ]);
    expect((await packaged(directory)).ignored).toEqual([]);
  });

  it('leaves out a .pyc beside its .py, for python27 only', async () => {
    const directory = treeOnDisk({ 'a.py': '', 'a.pyc': '', 'alone.pyc': '' });
    const tree = await packaged(directory, {
      rules: { ...everything, dropsCompiledPython: true },
      collectIgnored: true,
    });
    expect(tree.manifest.files.map((file) => file.path)).toEqual(['a.py', 'alone.pyc']);
    expect(tree.warnings).toEqual([{ path: 'a.pyc', reason: 'is left out, because a.py is beside it' }]);
    expect(tree.ignored).toEqual([{ path: 'a.pyc', rule: 'compiled from a.py', isDirectory: false }]);
    expect((await packaged(directory)).manifest.files).toHaveLength(3);
  });

  it('reports progress and ends with the number of files', async () => {
    const seen: number[] = [];
    const directory = treeOnDisk(Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`f${n}`, ''])));
    await packaged(directory, { onProgress: (files) => void seen.push(files) });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toBe(1200);
  });

  it('stops when it is interrupted', async () => {
    const directory = treeOnDisk(Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`f${n}`, ''])));
    const interrupt = new AbortController();
    const running = packaged(directory, {
      signal: interrupt.signal,
      onProgress: () => interrupt.abort(new Error('^C')),
    });
    await expect(running).rejects.toThrow('^C');
  });
});

describe('symbolic links', () => {
  it('are followed inside the tree', async () => {
    const directory = treeOnDisk({ 'real/a': '1', link: { linkTo: 'real' }, copy: { linkTo: 'real/a' } });
    const tree = await packaged(directory);
    expect(tree.manifest.files.map((file) => file.path)).toEqual(['copy', 'link/a', 'real/a']);
    expect(new Set(tree.manifest.files.map((file) => file.digest)).size).toBe(1);
    expect([...tree.sources.values()]).toEqual([{ path: join(directory, 'real/a'), size: 1 }]);
  });

  it('to the directory itself are followed', async () => {
    const directory = treeOnDisk({ 'real/a': '1' });
    const outside = treeOnDisk({ app: { linkTo: directory } });
    expect((await packaged(join(outside, 'app'))).manifest.files.map((file) => file.path)).toEqual(['real/a']);
  });

  it.each<[name: string, entries: Record<string, string | Link>, path: string, reason: RegExp]>([
    ['leave the tree', { l: { linkTo: '/etc/hostname' } }, 'l', /link to \/etc\/hostname, which is outside/],
    ['leave the tree upwards', { l: { linkTo: '..' } }, 'l', /link to \.\., which is outside/],
    ['leave the tree by another link', { a: { linkTo: 'b' }, b: { linkTo: '/etc' } }, 'a', /outside/],
    ['are broken', { l: { linkTo: 'nowhere' } }, 'l', /link to nowhere, which does not exist/],
    ['lead to themselves', { l: { linkTo: 'l' } }, 'l', /leads to itself/],
    ['lead to the top', { l: { linkTo: '.' } }, 'l', /directory that contains it/],
    ['lead to a parent', { 'a/b/l': { linkTo: '../../a' } }, 'a/b/l', /directory that contains it/],
    ['lead round in a circle', { 'a/l': { linkTo: '../b' }, 'b/l': { linkTo: '../a' } }, 'a/l/l', /contains it/],
  ])('that %s are refused', async (_, entries, path, reason) => {
    const problems = await problemsOf(treeOnDisk({ file: '', ...entries }));
    expect(problems[path]).toMatch(reason);
  });

  it('that a rule leaves out do not matter', async () => {
    const tree = await packaged(
      treeOnDisk({ file: '', ignored: { linkTo: '/etc' }, 'd/ignored': { linkTo: 'nowhere' } }),
    );
    expect(tree.manifest.files.map((file) => file.path)).toEqual(['file']);
  });

  it('that multiply without a circle come to an end', async () => {
    const entries: Record<string, string | Link> = { 'd30/file': '' };
    for (let n = 0; n < 30; n += 1) {
      entries[`d${n}/l`] = { linkTo: `../d${n + 1}` };
      entries[`d${n}/r`] = { linkTo: `../d${n + 1}` };
    }
    const problems = await problemsOf(treeOnDisk(entries), { limits: { ...roomy, maximumFiles: 100 } });
    expect(problems['.']).toBeDefined();
  });
});

describe('what is refused before anything is sent', () => {
  it('is reported together, with the reason of each and what to do', async () => {
    const directory = treeOnDisk({
      ok: '',
      'big.bin': 'x'.repeat(11),
      'back\\slash': '',
      ' space': '',
      'a\nbreak': '',
      'dir /inside': '',
      broken: { linkTo: 'nowhere' },
    });
    const error = await packaged(directory, { limits: { ...roomy, owner: 'Someone', maximumFileSize: 10 } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'packaging.refused', exitCode: 1, fault: 'user' });
    const { message, hints, details } = error as { message: string; hints: string[]; details: { problems: unknown[] } };
    expect(details.problems).toHaveLength(6);
    expect(message).toContain('6 problems with the files of ');
    expect(message).toContain('and 1 more');
    expect(message).toContain('"a\\x0abreak" contains');
    expect(hints.join()).toContain('.gcloudignore');
    expect(await problemsOf(directory, { limits: { ...roomy, owner: 'Someone', maximumFileSize: 10 } })).toEqual({
      'big.bin': 'has 11 bytes, more than the 10 that Someone takes',
      'back\\slash': 'contains a backslash',
      ' space': 'has a part that begins or ends with a space',
      'a\nbreak': 'contains a control character',
      'dir ': 'has a part that begins or ends with a space',
      broken: 'is a symbolic link to nowhere, which does not exist',
    });
  });

  it('includes too many files, and too many bytes', async () => {
    const directory = treeOnDisk({ a: '1234', b: '1234', c: '1234' });
    const limits = { ...roomy, owner: 'Someone' };
    expect(await problemsOf(directory, { limits: { ...limits, maximumFiles: 2 } })).toEqual({
      '.': 'holds more than 2 files, the limit of Someone',
    });
    expect(await problemsOf(directory, { limits: { ...limits, maximumTotalSize: 11 } })).toEqual({
      '.': 'holds more than 11 bytes, the limit of Someone',
    });
    expect(
      (await packaged(directory, { limits: { ...limits, maximumFiles: 3, maximumTotalSize: 12 } })).warnings,
    ).toEqual([]);
  });

  it('includes paths that are too long', async () => {
    const long = Array.from({ length: 6 }, () => 'd'.repeat(200)).join('/');
    expect(Object.values(await problemsOf(treeOnDisk({ [long]: '' })))).toEqual(['is longer than 1024 characters']);
  });

  it('includes sockets', async () => {
    const directory = treeOnDisk({ ok: '' });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(directory, 'sock'), resolve));
    onTestFinished(() => void server.close());
    expect(await problemsOf(directory)).toEqual({ sock: 'is a socket, not a file' });
  });

  it.skipIf(process.platform !== 'linux')('includes names that are not UTF-8', async () => {
    const directory = treeOnDisk({ ok: '' });
    writeFileSync(Buffer.concat([Buffer.from(`${directory}/bad-`), Buffer.from([0xff])]), '');
    expect(await problemsOf(directory)).toEqual({ 'bad-\ufffd': 'has a name that is not valid UTF-8' });
  });

  it.skipIf(process.platform !== 'linux')(
    'includes one name in two Unicode forms; case alone is a warning',
    async () => {
      const accent = 'é';
      const directory = treeOnDisk({ [accent.normalize('NFC')]: '', [accent.normalize('NFD')]: '' });
      expect(Object.values(await problemsOf(directory))).toEqual([
        `has the same name as ${accent.normalize('NFD')} in another Unicode form`,
      ]);
      const tree = await packaged(treeOnDisk({ 'd/Readme': '', 'd/README': '', 'D/readme': '' }));
      expect(tree.warnings.map((warning) => warning.path)).toEqual(['d', 'd/Readme']);
    },
  );

  it.skipIf(process.platform === 'win32')('includes what may not be read', async () => {
    const directory = treeOnDisk({ ok: '', secret: '', 'closed/file': '' });
    chmodSync(directory, 0o755);
    chmodSync(join(directory, 'secret'), 0);
    chmodSync(join(directory, 'closed'), 0);
    asNobody();
    expect(await problemsOf(directory)).toEqual({
      secret: "can't be read: permission denied",
      closed: "can't be read: permission denied",
    });
  });

  it('includes a tree without a file', async () => {
    const empty = temporaryDirectory();
    mkdirSync(join(empty, 'directory'));
    await expect(packaged(empty)).rejects.toMatchObject({ code: 'packaging.empty' });
    const left = packaged(treeOnDisk({ ignored: '', 'd/ignored': '' }));
    await expect(left).rejects.toMatchObject({
      code: 'packaging.empty',
      message: expect.stringContaining('all 2 entries'),
    });
  });

  it('includes a directory that is none', async () => {
    const directory = treeOnDisk({ file: '' });
    for (const path of [join(directory, 'nothing'), join(directory, 'file')]) {
      await expect(packaged(path)).rejects.toMatchObject({ code: 'packaging.unreadable' });
    }
  });
});

/** Root may read everything, so the test gives that up until it is over. */
function asNobody(): void {
  if (process.geteuid?.() !== 0) return;
  process.seteuid?.(65534);
  onTestFinished(() => void process.seteuid?.(0));
}
