/** What an application that means harm can do at each level. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IsolationLevel } from '../../../../src/model/isolation.ts';
import type { DesiredDeployment } from '../../../../src/platform/deployment.ts';
import { manual } from '../serving-rig.ts';
import { createIsolatedRig, type IsolatedRig, possibleLevels, secretFile } from './isolated-rig.ts';

const levels = await possibleLevels();
const isRoot = process.getuid?.() === 0;

/** An act, and the levels that stop it. */
type Act = (world: World) => readonly [action: string, argument: string | number];
type Row = readonly [what: string, act: Act, stoppedBy: readonly IsolationLevel[]];

interface World {
  readonly rig: IsolatedRig;
  readonly victim: DesiredDeployment;
  readonly attacker: DesiredDeployment;
  readonly victimPid: number;
  readonly secrets: Readonly<Record<'token' | 'log' | 'personal' | 'other', string>>;
}

/** The platform of these rows is root, and at `process` each application is another user. */
const rows: readonly Row[] = [
  ['read the platform file with the control token', ({ secrets }) => ['read', secrets.token], ['process', 'bwrap']],
  ['read logs', ({ secrets }) => ['read', secrets.log], ['process', 'bwrap']],
  ["read a person's files", ({ secrets }) => ['read', secrets.personal], ['process', 'bwrap']],
  ['read the password hashes', () => ['read', '/etc/shadow'], ['process', 'bwrap']],
  ['read settings of the machine', () => ['read', '/etc/fstab'], ['bwrap']],
  ["read another application's files", ({ secrets }) => ['read', secrets.other], ['process', 'bwrap']],
  [
    'find out which other applications there are',
    ({ rig }) => ['run', `ls ${rig.directories.trees} | grep victim`],
    ['process', 'bwrap'],
  ],
  [
    'list the state',
    ({ rig }) => ['run', `ls ${rig.directories.home.state} | grep platform.json`],
    ['process', 'bwrap'],
  ],
  ['list the instances', ({ rig }) => ['list', join(rig.directories.run, 'instances')], ['process', 'bwrap']],
  ["read the platform's environment", () => ['read', `/proc/${process.pid}/environ`], ['process', 'bwrap']],
  [
    "read another application's environment",
    ({ victimPid }) => ['read', `/proc/${victimPid}/environ`],
    ['process', 'bwrap'],
  ],
  ["see another application's command", ({ victimPid }) => ['read', `/proc/${victimPid}/cmdline`], ['bwrap']],
  ['signal another application', ({ victimPid }) => ['signal', victimPid], ['process', 'bwrap']],
  ['signal the platform', () => ['signal', process.pid], ['process', 'bwrap']],
  [
    'write among its own files',
    ({ attacker }) => ['write', join(attacker.deployment.directory, 'new.txt')],
    ['process', 'bwrap'],
  ],
  [
    'change a file that it shares with others',
    ({ attacker }) => ['write', join(attacker.deployment.directory, 'server.cjs')],
    ['process', 'bwrap'],
  ],
  [
    'change the mode of such a file',
    ({ attacker }) => ['chmod', join(attacker.deployment.directory, 'server.cjs')],
    ['process', 'bwrap'],
  ],
  [
    'remove a file of its own version',
    ({ attacker }) => ['remove', join(attacker.deployment.directory, 'spare.txt')],
    ['process', 'bwrap'],
  ],
];
/** Not tried where nothing stops it. */
const harmfulRows: readonly Row[] = [
  ['write to the system', () => ['write', '/usr/local/appcfg-was-here'], ['process', 'bwrap']],
  ['write beside its directories', () => ['write', '/appcfg-was-here'], ['process', 'bwrap']],
];

describe.each(levels)('at level %s', (level) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(level);
  });
  afterAll(() => world.rig.end());

  it.skipIf(!isRoot).each(level === 'none' ? rows : [...rows, ...harmfulRows])(
    'an application of a platform that is root: may it %s?',
    async (_, act, stoppedBy) => {
      const { rig, attacker } = world;
      const [action, argument] = act(world);
      const outcome = await rig.ask(attacker, action, argument);
      expect(outcome).toMatchObject({ isDone: !stoppedBy.includes(level) });
    },
  );

  it('its own files and its temporary directory are there', async () => {
    const { rig, attacker } = world;
    const directory = attacker.deployment.directory;
    expect(await rig.ask(attacker, 'read', join(directory, 'unused.txt'))).toMatchObject({
      isDone: true,
      said: 'unused',
    });
    const { said } = await rig.ask(attacker, 'run', 'cd "$TMPDIR" && echo kept >file && cat file && pwd -P && rm file');
    const expected = level === 'bwrap' ? /^kept\n\/tmp\n$/ : /^kept\n\/.*\/state\/run\/instances\/[^/]+\n$/;
    expect(said).toMatch(expected);
    expect(await rig.ask(attacker, 'run', 'getent hosts localhost >/dev/null; ls /usr/bin | grep -c .')).toMatchObject({
      isDone: true,
    });
  });

  it.runIf(level !== 'none')('it has no privileges, and no way to get any', async () => {
    const { said } = await world.rig.ask(world.attacker, 'status');
    expect(said).toMatch(/^NoNewPrivs:\t1$/m);
    expect(said).toMatch(/^CapEff:\t0+$/m);
    expect(said).toMatch(/^CapPrm:\t0+$/m);
    expect(said).toMatch(/^CapAmb:\t0+$/m);
    if (isRoot) expect(said).toMatch(/^CapBnd:\t0+$/m);
    if (level === 'bwrap') expect(said).toMatch(/^Seccomp:\t2$/m);
  });

  it.runIf(level !== 'none' && isRoot)('each application is a user of its own, without groups', async () => {
    const [first, second] = await Promise.all([
      world.rig.ask(world.attacker, 'who'),
      world.rig.ask(world.victim, 'who'),
    ]);
    const [one, other] = [JSON.parse(first.said), JSON.parse(second.said)];
    expect(one.uid).not.toBe(other.uid);
    expect(one.groups).toEqual([one.uid]);
    expect([one.uid, other.uid]).not.toContain(0);
  });

  it.runIf(level === 'bwrap')('it sees its own processes only, and a list of users of its own', async () => {
    const { rig, attacker } = world;
    const { said } = await rig.ask(attacker, 'list', '/proc');
    const pids = said
      .split(' ')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    expect(Math.max(...pids)).toBeLessThan(200);
    expect(await rig.ask(attacker, 'user')).toEqual({ isDone: true, said: 'app' });
    expect((await rig.ask(attacker, 'read', '/etc/passwd')).said.split('\n')).toHaveLength(4);
    expect(await rig.ask(attacker, 'list', '/')).toMatchObject({
      isDone: true,
      said: expect.not.stringMatching(/\b(home|sys|var|mnt|boot)\b/),
    });
  });

  it.runIf(level === 'bwrap').each([
    ['a raw socket', 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)', 'PermissionError'],
    ['a packet socket', 'import socket; socket.socket(17, socket.SOCK_DGRAM)', 'Address family not supported'],
    [
      'a new namespace of users',
      'import ctypes,os,sys; l=ctypes.CDLL(None,use_errno=True); l.unshare(0x10000000) and sys.exit(os.strerror(ctypes.get_errno()))',
      'not permitted',
    ],
    [
      'a mount',
      'import ctypes,os,sys; l=ctypes.CDLL(None,use_errno=True); l.mount(b"none",b"/tmp",b"tmpfs",0,None) and sys.exit(os.strerror(ctypes.get_errno()))',
      'not permitted',
    ],
    [
      'to trace',
      'import ctypes,os,sys; l=ctypes.CDLL(None,use_errno=True); l.ptrace(0,0,0,0) and sys.exit(os.strerror(ctypes.get_errno()))',
      'not permitted',
    ],
  ])('it is refused %s', async (_, program, refusal) => {
    const outcome = await world.rig.ask(world.attacker, 'run', `/usr/bin/python3 -c '${program}'`);
    expect(outcome).toMatchObject({ isDone: false, said: expect.stringContaining(refusal) });
  });

  it.runIf(level === 'bwrap')('sockets, threads and name lookups work under the filter of system calls', async () => {
    const program =
      'import socket,threading,subprocess; socket.getaddrinfo("localhost",80); socket.socket(socket.AF_INET6); socket.socketpair(); t=threading.Thread(target=print,args=("thread",)); t.start(); t.join(); print(subprocess.check_output(["echo","child"]))';
    expect(await world.rig.ask(world.attacker, 'run', `/usr/bin/python3 -c '${program}'`)).toMatchObject({
      isDone: true,
      said: "thread\nb'child\\n'\n",
    });
  });

  it('its files on disk are what they were', () => {
    const { directory } = world.attacker.deployment;
    expect(readFileSync(join(directory, 'unused.txt'), 'utf8')).toBe('unused');
  });
});

async function createWorld(level: IsolationLevel): Promise<World> {
  const rig = await createIsolatedRig(level);
  const place = (application: string) => rig.place('hostile', { scaling: manual(1), application });
  const [victim, attacker] = [place('victim'), place('attacker')];
  await Promise.all([rig.prepare(victim), rig.prepare(attacker)]);
  rig.engine.setDesired([victim, attacker]);
  const { state } = rig.directories.home;
  const victimPid = rig.engine.instances('victim')[0]?.pid ?? 0;
  return {
    ...{ rig, victim, attacker, victimPid },
    secrets: {
      token: secretFile(join(state, 'platform.json')),
      log: secretFile(join(state, 'logs', 'today')),
      personal: secretFile(join(rig.personal, 'diary')),
      other: join(victim.deployment.directory, 'server.cjs'),
    },
  };
}
