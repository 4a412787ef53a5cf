/** Users, installations and directories: what the levels ask of the machine. */
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applicationUsers } from '../../../../src/platform/serving/isolation/application-users.ts';
import {
  installationOfFolder,
  installationOfProgram,
} from '../../../../src/platform/serving/isolation/installation.ts';
import { isWithin } from '../../../../src/platform/serving/isolation/mounts.ts';
import { closeToOtherUsers, openToOtherUsers } from '../../../../src/platform/serving/isolation/open-directories.ts';
import { environmentOfOthers } from '../../../../src/platform/serving/isolation/others-environment.ts';
import { userRange } from '../../../../src/platform/serving/isolation/user-range.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

describe('numbers of users', () => {
  it.each([
    ['all numbers', '         0          0 4294967295\n', 1_900_000_000],
    ['a container with 65536', '         0     100000      65536\n', 40_000],
    ['one number only', '         0       1000          1\n', undefined],
    ['several spans', '0 1000 1\n1 100000 65535\n', 40_000],
    ['nothing known', '', undefined],
  ])('with %s', (_, map, first) => {
    expect(userRange(map, '0')?.first).toBe(first);
  });

  it('are others on another platform', () => {
    const map = '0 0 4294967295';
    expect(userRange(map, '01')).toEqual({ first: 1_900_100_000, count: 100_000 });
    expect(userRange(map, 'f'.repeat(64))?.first).toBeLessThan(2_100_000_000);
    expect(userRange('0 100000 65536', '13')).toEqual({ first: 40_000, count: 1_000 });
  });

  it('are given once, and kept', () => {
    const file = join(temporaryDirectory(), 'users.json');
    const range = { first: 50, count: 2 };
    const userOf = applicationUsers(file, range);
    expect([userOf('a'), userOf('b'), userOf('a')]).toEqual([50, 51, 50]);
    expect(() => userOf('c')).toThrow('no user number left');
    expect(applicationUsers(file, range)('b')).toBe(51);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('are not guessed when the file is damaged: two applications could get the same', () => {
    const file = join(temporaryDirectory(), 'users.json');
    for (const text of ['{"a": ', '{"a": "x"}', '3', 'null']) {
      writeFileSync(file, text);
      expect(() => applicationUsers(file, { first: 1, count: 9 })).toThrow();
    }
  });
});

describe('installations', () => {
  const tree = (...folders: readonly string[]) => {
    const root = temporaryDirectory();
    for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
    const isPersonal = (path: string) => isWithin(join(root, 'joe'), path);
    return { root, isPersonal };
  };

  it('of a version manager: the version, and the wrappers with what they look for', () => {
    const { root, isPersonal } = tree('joe/.pyenv/versions/3.11/bin', 'joe/.pyenv/shims');
    const of = (folder: string) => installationOfFolder(join(root, folder), isPersonal);
    expect(of('joe/.pyenv/versions/3.11/bin')).toEqual([join(root, 'joe/.pyenv/versions/3.11')]);
    expect(of('joe/.pyenv/shims')).toEqual([join(root, 'joe/.pyenv')]);
  });

  it('in a home: programs and libraries, never what lies beside them', () => {
    const { root, isPersonal } = tree(
      'joe/.local/bin',
      'joe/.local/lib',
      'joe/.local/share',
      'joe/.cargo/bin',
      'joe/bin',
    );
    const of = (folder: string) =>
      installationOfFolder(join(root, folder), isPersonal).map((path) => path.slice(root.length));
    expect(of('joe/.local/bin')).toEqual(['/joe/.local/bin', '/joe/.local/lib']);
    expect(of('joe/.cargo/bin')).toEqual(['/joe/.cargo/bin']);
    expect(of('joe/bin')).toEqual(['/joe/bin']);
    expect(of('joe')).toEqual([]);
  });

  it('of a program: under both of its names', () => {
    const { root, isPersonal } = tree('opt/python/bin', 'srv/venv/bin');
    const program = join(root, 'opt/python/bin/python3');
    writeFileSync(program, '');
    symlinkSync(program, join(root, 'srv/venv/bin/python'));
    expect(installationOfProgram(join(root, 'srv/venv/bin/python'), isPersonal)).toEqual([
      join(root, 'srv/venv/bin/python'),
      join(root, 'srv/venv'),
      program,
      join(root, 'opt/python'),
    ]);
  });
});

describe('the directories of the platform', () => {
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it('can be passed through and not listed, and everything else in them is closed', () => {
    const home = temporaryDirectory();
    const [state, cache, config] = [join(home, 'state'), join(home, 'cache'), join(home, 'config')];
    const directories = {
      home: { state, cache, config },
      trees: join(state, 'trees'),
      run: join(state, 'run'),
      builds: join(cache, 'builds'),
    };
    for (const path of [
      join(directories.trees, 'app'),
      join(state, 'logs'),
      join(directories.builds, 'python'),
      config,
    ])
      mkdirSync(path, { recursive: true, mode: 0o755 });
    mkdirSync(join(directories.builds, 'compiler'), { mode: 0o700 });
    writeFileSync(join(state, 'platform.db'), '', { mode: 0o644 });
    writeFileSync(join(cache, 'files.json'), '', { mode: 0o644 });
    openToOtherUsers(directories);
    const modes = Object.fromEntries(
      [
        home,
        state,
        directories.trees,
        join(directories.trees, 'app'),
        directories.run,
        cache,
        directories.builds,
        join(directories.builds, 'python'),
        join(directories.builds, 'compiler'),
        join(state, 'logs'),
        join(state, 'platform.db'),
        join(cache, 'files.json'),
        config,
      ].map((path) => [path.slice(home.length), modeOf(path)]),
    );
    expect(modes).toEqual({
      ...{ '': '711', '/state': '711', '/state/trees': '711', '/state/trees/app': '711', '/state/run': '711' },
      ...{ '/cache': '711', '/cache/builds': '711', '/cache/builds/python': '711', '/cache/builds/compiler': '700' },
      ...{ '/state/logs': '700', '/state/platform.db': '600', '/cache/files.json': '600', '/config': '700' },
    });
    closeToOtherUsers(directories);
    expect(modeOf(state)).toBe('700');
  });

  it('and programs that only the platform can reach are not looked for', () => {
    const root = temporaryDirectory();
    chmodSync(root, 0o755);
    for (const [name, mode] of [
      ['open', 0o755],
      ['closed', 0o700],
    ] as const)
      mkdirSync(join(root, name), { mode });
    mkdirSync(join(root, 'closed', 'bin'));
    const PATH = ['open', 'closed', 'closed/bin', 'missing'].map((name) => join(root, name)).join(':');
    const environment = environmentOfOthers({ PATH, PYENV_ROOT: join(root, 'closed'), COLOUR: 'blue' });
    expect(environment).toEqual({ PATH: join(root, 'open'), PYENV_ROOT: '/nonexistent', COLOUR: 'blue' });
  });
});
