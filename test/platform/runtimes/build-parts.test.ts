/** The parts of builds: the cache of dependencies, requirements files, entrypoint lines, environments. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failure } from '../../../src/errors.ts';
import { buildEnvironment } from '../../../src/platform/runtimes/build-environment.ts';
import { createDependencyCache } from '../../../src/platform/runtimes/dependency-cache.ts';
import { copyTree, directoryDigest, linkTree } from '../../../src/platform/runtimes/directory-tree.ts';
import { withExec } from '../../../src/platform/runtimes/entrypoint.ts';
import { readRequirements } from '../../../src/platform/runtimes/python-requirements.ts';
import { temporaryDirectory } from './fixture-app.ts';

describe('the dependency cache', () => {
  it('fills an entry once for all that ask at the same time, and never again', async () => {
    const cache = createDependencyCache();
    const parent = temporaryDirectory();
    let fills = 0;
    const fill = async (directory: string) => {
      fills += 1;
      await new Promise((done) => setImmediate(done));
      writeFileSync(join(directory, 'content'), 'whole');
    };
    const entries = await Promise.all([1, 2, 3].map(() => cache.ensure({ parent, key: 'k', fill })));
    expect(entries.map((entry) => entry.isCached)).toEqual([false, true, true]);
    expect(await createDependencyCache().ensure({ parent, key: 'k', fill })).toMatchObject({ isCached: true });
    expect(fills).toBe(1);
    expect(readFileSync(join(parent, 'k', 'content'), 'utf8')).toBe('whole');
  });

  it('leaves nothing of a failed fill, tells all that waited, and tries again later', async () => {
    const cache = createDependencyCache();
    const parent = temporaryDirectory();
    let fills = 0;
    const fill = async (directory: string) => {
      fills += 1;
      writeFileSync(join(directory, 'half'), '');
      throw failure('runtime.build-failed', { step: 's', reason: 'r', output: [] });
    };
    const results = await Promise.allSettled([1, 2].map(() => cache.ensure({ parent, key: 'k', fill })));
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(fills).toBe(1);
    expect(readdirSync(parent)).toEqual([]);
    await expect(cache.ensure({ parent, key: 'k', fill })).rejects.toThrow();
    expect(fills).toBe(2);
  });

  it('goes on for the others when the one who fills is cancelled', async () => {
    const cache = createDependencyCache();
    const parent = temporaryDirectory();
    const controller = new AbortController();
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const cancelled = cache.ensure({
      parent,
      key: 'k',
      signal: controller.signal,
      fill: () =>
        new Promise((_done, fail) => {
          controller.signal.addEventListener('abort', () => fail(new Error('cancelled')));
          begin();
        }),
    });
    const other = cache.ensure({ parent, key: 'k', fill: async () => undefined });
    await begun;
    controller.abort();
    await expect(cancelled).rejects.toThrow('cancelled');
    expect(await other).toMatchObject({ isCached: false });
    expect(existsSync(join(parent, 'k'))).toBe(true);
  });

  it('removes what a process that died had begun', async () => {
    const parent = temporaryDirectory();
    mkdirSync(join(parent, '.new-999999999-abc'));
    mkdirSync(join(parent, `.new-${process.pid}-abc`));
    await createDependencyCache().ensure({ parent, key: 'k', fill: async () => undefined });
    expect(readdirSync(parent).sort()).toEqual([`.new-${process.pid}-abc`, 'k']);
  });
});

describe('requirements', () => {
  const read = (files: Readonly<Record<string, string>>) => {
    const directory = temporaryDirectory();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return readRequirements(directory);
  };

  it.each([
    ['flask==3.0\n', false, false],
    ['# nothing\n\n', true, false],
    ['--index-url https://example.com/simple\n', true, false],
    ['flask @ https://example.com/flask.whl\n', false, false],
    ['git+https://example.com/x.git#egg=x\n', false, false],
    ['./local\n', false, true],
    ['wheels/a-1.0-py3-none-any.whl\n', false, true],
    ['-e .\n', false, true],
    ['x @ file:///srv/x\n', false, true],
    ['--find-links wheels\nx\n', false, true],
    ['--find-links https://example.com/wheels\nx\n', false, false],
    ['x; sys_platform == "a/b"\n', false, false],
  ])('%j: empty %s, local %s', (text, isEmpty, isLocal) => {
    expect(read({ 'requirements.txt': text })).toMatchObject({ isEmpty, isLocal });
  });

  it('follows includes, also in circles, and constraints install nothing', () => {
    const circle = read({ 'requirements.txt': '-r more.txt\n', 'more.txt': '--requirement=requirements.txt\nx # y\n' });
    expect(circle).toMatchObject({ isEmpty: false, texts: [expect.any(String), expect.any(String)] });
    expect(read({ 'requirements.txt': '-c constraints.txt\n', 'constraints.txt': 'x==1\n' })).toMatchObject({
      isEmpty: true,
    });
    expect(read({})).toEqual({ texts: [], isEmpty: true, isLocal: false });
  });
});

describe('entrypoint lines', () => {
  it.each([
    ['gunicorn -b :$PORT main:app', 'exec gunicorn -b :$PORT main:app'],
    ['./server "a b"', 'exec ./server "a b"'],
    ['cd sub && ./server', 'cd sub && ./server'],
    ['A=1 ./server', 'A=1 ./server'],
    ['exec ./server', 'exec ./server'],
    ['if true; then ./a; fi', 'if true; then ./a; fi'],
    ['./server $(nproc)', './server $(nproc)'],
  ])('%s', (line, expected) => {
    expect(withExec(line)).toBe(expected);
  });
});

describe('the environment of builds', () => {
  it('has what downloads need and nothing else', () => {
    const environment = {
      PATH: '/bin:relative',
      HTTPS_PROXY: 'p',
      AWS_SECRET_ACCESS_KEY: 's',
      APPCFG_TOKEN: 't',
      HOME: '/h',
    };
    expect(buildEnvironment(environment)).toEqual({ PATH: '/bin', HTTPS_PROXY: 'p', HOME: '/h', LANG: 'C.UTF-8' });
  });
});

describe('directory trees', () => {
  it('have equal digests when paths and contents are equal', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'a'));
    writeFileSync(join(directory, 'a', 'b'), 'content', { mode: 0o444 });
    const copy = join(temporaryDirectory(), 'copy');
    const linked = join(temporaryDirectory(), 'linked');
    await copyTree(directory, copy);
    await linkTree(directory, linked);
    const digest = await directoryDigest(directory);
    expect(await directoryDigest(copy)).toBe(digest);
    expect(await directoryDigest(linked)).toBe(digest);
    writeFileSync(join(copy, 'a', 'b'), 'changed');
    expect(await directoryDigest(copy)).not.toBe(digest);
    expect(readFileSync(join(directory, 'a', 'b'), 'utf8')).toBe('content');
    expect(await directoryDigest(directory, { except: ['a'] })).not.toBe(digest);
  });
});
