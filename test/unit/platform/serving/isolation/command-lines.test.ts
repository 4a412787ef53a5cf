/** The command lines of wrappers, and the script that carries the environment. */
import { describe, expect, it } from 'vitest';
import { becomeUser } from '../../../../../src/platform/serving/isolation/become-user.ts';
import { bwrapCommand, type Sandbox } from '../../../../../src/platform/serving/isolation/bwrap-command.ts';
import { enterLimits } from '../../../../../src/platform/serving/isolation/enter-limits.ts';
import { planMounts } from '../../../../../src/platform/serving/isolation/mounts.ts';
import { programScript, wrapperEnvironment } from '../../../../../src/platform/serving/isolation/program-script.ts';

const sandbox: Sandbox = {
  program: '/usr/bin/bwrap',
  features: { canDisableNamespaces: true, canLimitScratch: true },
  user: 1_900_000_000,
  hostName: 'default-0',
  workingDirectory: '/state/trees/app/1',
  mounts: [
    { type: 'read-only', path: '/usr' },
    { type: 'link', path: '/bin', to: 'usr/bin' },
    { type: 'read-only', path: '/etc/passwd', source: '/state/run/passwd' },
    { type: 'scratch', path: '/tmp', bytes: 1024 },
    { type: 'empty', path: '/usr/home' },
    { type: 'read-only', path: '/state/trees/app/1' },
  ],
};

describe('the sandbox', () => {
  it('of root: no namespace of users, and a change of user inside', () => {
    expect(bwrapCommand({ ...sandbox, filterDescriptor: 3 }).join(' ')).toBe(
      [
        '/usr/bin/bwrap --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try',
        '--die-with-parent --new-session --cap-drop ALL --cap-add CAP_SETUID --cap-add CAP_SETGID --cap-add CAP_SETPCAP',
        '--hostname default-0 --proc /proc --dev /dev',
        '--ro-bind /usr /usr --symlink usr/bin /bin',
        '--perms 0755 --dir /etc --ro-bind /state/run/passwd /etc/passwd',
        '--perms 1777 --size 1024 --tmpfs /tmp',
        '--perms 0755 --tmpfs /usr/home',
        '--perms 0755 --dir /state --perms 0755 --dir /state/trees --perms 0755 --dir /state/trees/app',
        '--ro-bind /state/trees/app/1 /state/trees/app/1',
        '--remount-ro /usr/home --remount-ro /dev --remount-ro / --chdir /state/trees/app/1 --seccomp 3',
        '/usr/bin/setpriv --reuid 1900000000 --regid 1900000000 --clear-groups --bounding-set=-all',
        '--inh-caps=-all --no-new-privs --',
      ].join(' '),
    );
  });

  it('of an ordinary user: a namespace of users, of which there can be no other inside', () => {
    const line = bwrapCommand({ ...sandbox, user: undefined }).join(' ');
    expect(line).toContain('--unshare-user --disable-userns');
    expect(line).not.toMatch(/setpriv|--cap-add|--seccomp/);
  });

  it('of an old bubblewrap: without what that does not know', () => {
    const features = { canDisableNamespaces: false, canLimitScratch: false };
    const line = bwrapCommand({ ...sandbox, user: undefined, features }).join(' ');
    expect(line).not.toMatch(/--disable-userns|--size/);
    expect(line).toContain('--perms 1777 --tmpfs /tmp');
  });
});

describe('the change of rights', () => {
  it('takes the user, the groups and every privilege', () => {
    expect(becomeUser({ user: 7, diesWithPlatform: true }).join(' ')).toBe(
      '/usr/bin/setpriv --reuid 7 --regid 7 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs --pdeathsig KILL --',
    );
    expect(becomeUser({ user: undefined, diesWithPlatform: false }).join(' ')).toBe(
      '/usr/bin/setpriv --inh-caps=-all --no-new-privs --',
    );
  });
});

describe('the entry into limits', () => {
  it('names groups and the number of files as arguments of a fixed script', () => {
    const [shell, flag, script, ...rest] = enterLimits({
      groups: ['/a/cgroup.procs', '/b c/cgroup.procs'],
      openFiles: 9,
    });
    expect([shell, flag, ...rest]).toEqual([
      '/bin/sh',
      '-c',
      'appcfg-limits',
      '9',
      '/a/cgroup.procs',
      '/b c/cgroup.procs',
      '--',
    ]);
    expect(script).not.toContain('/a/');
    expect(enterLimits({ groups: [] }).slice(3)).toEqual(['appcfg-limits', '-', '--']);
  });
});

describe('the script of the environment', () => {
  it('quotes every value, and sets odd names without the shell', () => {
    expect(programScript({ PATH: '/bin', A: "it's $HOME `x`", 'b.c': '1', OPTIND: 'x', EMPTY: '' })).toBe(
      [
        "export PATH='/bin'",
        "export A='it'\\''s $HOME `x`'",
        "export EMPTY=''",
        'unset PWD OLDPWD',
        `exec /usr/bin/env 'b.c=1' 'OPTIND=x' "$@" </dev/null`,
        '',
      ].join('\n'),
    );
    expect(programScript({})).toBe('unset PATH PWD OLDPWD\nexec "$@" </dev/null\n');
  });

  it('refuses what no program can have', () => {
    expect(() => programScript({ A: 'x\0y' })).toThrow('"A"');
    expect(() => programScript({ 'A=B': 'x' })).toThrow('"A=B"');
  });

  it('leaves the wrappers nothing but a fixed path and the marks', () => {
    expect(Object.keys(wrapperEnvironment({ APPCFG_PLATFORM: 'x' }))).toEqual(['PATH', 'APPCFG_PLATFORM']);
  });
});

describe('the plan of mounts', () => {
  const system = [
    { type: 'read-only', path: '/usr' },
    { type: 'scratch', path: '/tmp', bytes: 1 },
  ] as const;
  const pathsOf = (hidden: readonly string[], readOnly: readonly string[]) =>
    planMounts({ system, hidden, readOnly })
      .slice(system.length)
      .map(({ type, path }) => `${type} ${path}`);

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['shows what is wanted below a hidden directory', ['/state'], ['/state/trees/a/1'], ['read-only /state/trees/a/1']],
    ['shows nothing twice', [], ['/opt/a', '/opt/a/b', '/opt/a', '/usr/lib/x'], ['read-only /opt/a']],
    [
      'never shows what holds something hidden',
      ['/root/.state', '/srv'],
      ['/', '/root', '/srv', '/root/bin'],
      ['read-only /root/bin'],
    ],
    ['hides parts of the system', ['/usr/home/joe', '/usr/home/joe/state'], [], ['empty /usr/home/joe']],
    [
      'shows what is wanted behind a hidden part of the system',
      ['/usr/joe'],
      ['/usr/joe/t/1'],
      ['empty /usr/joe', 'read-only /usr/joe/t/1'],
    ],
  ])('%s', (_, hidden, readOnly, expected) => {
    expect(pathsOf(hidden, readOnly)).toEqual(expected);
  });
});
