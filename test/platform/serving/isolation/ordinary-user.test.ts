/** The levels where the platform is not root. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const NOBODY = 65_534;
const program = fileURLToPath(new URL('programs/ordinary-user.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
const isPossible = process.platform === 'linux' && (!isRoot || isReachableForAll(program));

type Outcome = Readonly<Record<string, unknown>>;

async function outcomeAt(level: string): Promise<Outcome> {
  const child = fork(program, [level], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', TMPDIR: '/tmp' },
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const exited = once(child, 'exit');
  const [outcome] = (await Promise.race([once(child, 'message'), exited.then(() => [undefined])])) as [Outcome?];
  await exited;
  if (outcome === undefined) throw new Error('the program ended without an answer');
  return outcome;
}

const fine = { readOwn: true, writeTemporary: true, buildWorks: true };

describe.skipIf(!isPossible)('a platform that is an ordinary user', () => {
  it('level process: no new privileges, and nothing kept secret', async () => {
    expect(await outcomeAt('process')).toMatchObject({
      ...{ ...fine, readToken: true, readOther: true, signalOther: true, buildReadsToken: true },
      rights: ['CapEff:\t0000000000000000', 'NoNewPrivs:\t1'],
      status: {
        level: 'process',
        reasons: expect.arrayContaining([expect.stringContaining('applications run as the user of the platform')]),
      },
    });
  });

  it('level bwrap: nothing of the platform, the person or other applications', async (context) => {
    const outcome = await outcomeAt('bwrap');
    if ('unavailable' in outcome) return context.skip(String(outcome.unavailable));
    expect(outcome).toMatchObject({
      ...{ ...fine, readToken: false, readDiary: false, readOther: false, writeOwn: false },
      ...{ readEnvironment: false, signalOther: false, newNamespace: false },
      ...{ buildReadsToken: false, buildWritesOwn: false },
      rights: ['CapEff:\t0000000000000000', 'NoNewPrivs:\t1'],
      user: isRoot ? 'nobody' : 'app',
    });
  });
});

function isReachableForAll(path: string): boolean {
  for (let at = path; at !== dirname(at); at = dirname(at))
    if ((statSync(at).mode & 0o001) === 0 && at !== path) return false;
  accessSync(path, constants.R_OK);
  return true;
}
