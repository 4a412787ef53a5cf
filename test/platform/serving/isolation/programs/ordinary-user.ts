/** Run by ordinary-user.test.ts: an engine of an ordinary user at a level, and what a hostile application can do there. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAppcfgError } from '../../../../../src/errors.ts';
import type { IsolationLevel } from '../../../../../src/model/isolation.ts';
import { createRunCommand } from '../../../../../src/platform/serving/process.ts';
import { processTree } from '../../../../../src/platform/serving/process-table.ts';
import { systemClock } from '../../../../../src/support/clock.ts';
import { eventually, isAlive, manual } from '../../serving-rig.ts';
import { createIsolatedRig, type IsolatedRig, secretFile } from '../isolated-rig.ts';

const level = process.argv[2] as IsolationLevel;

async function tryEverything() {
  const rig = await createIsolatedRig(level);
  const [victim, attacker] = ['victim', 'attacker'].map((application) =>
    rig.place('hostile', { scaling: manual(1), application }),
  );
  if (!victim || !attacker) throw new Error('not placed');
  await rig.prepare(victim);
  await rig.prepare(attacker);
  rig.engine.setDesired([victim, attacker]);
  const { directory } = attacker.deployment;
  const may = async (action: string, argument: string | number) => (await rig.ask(attacker, action, argument)).isDone;
  const victimPid = rig.engine.instances('victim')[0]?.pid ?? 0;
  const outcome = {
    status: rig.isolation.status,
    readToken: await may('read', secretFile(join(rig.directories.home.state, 'platform.json'))),
    readDiary: await may('read', secretFile(join(rig.personal, 'diary'))),
    readOther: await may('read', join(victim.deployment.directory, 'server.cjs')),
    readEnvironment: await may('read', `/proc/${victimPid}/environ`),
    signalOther: await may('signal', victimPid),
    writeOwn: await may('write', join(directory, 'new.txt')),
    readOwn: await may('read', join(directory, 'unused.txt')),
    writeTemporary: await may('run', 'echo x >"$TMPDIR/x"'),
    rights: (await rig.ask(attacker, 'status')).said.split('\n').filter((line) => /^(CapEff|NoNewPrivs)/.test(line)),
    user: (await rig.ask(attacker, 'user')).said,
    newNamespace: await may('run', 'unshare --user true'),
  };
  const build = await tryBuild(rig, attacker.deployment.directory);
  await rig.ask(attacker, 'escape');
  const pids = processTree(rig.engine.instances('attacker')[0]?.pid ?? 0);
  rig.engine.setDesired([]);
  await eventually(() => rig.engine.instances().length === 0);
  if (level === 'bwrap') await eventually(() => !pids.some(isAlive), 'the end of the escaped process');
  await rig.end();
  return { ...outcome, ...build };
}

/** A build's command, as `npm ci` is one. */
async function tryBuild(rig: IsolatedRig, directory: string) {
  const result = join(rig.directories.builds, 'result');
  mkdirSync(result, { recursive: true });
  const run = rig.isolation.confineBuilds(createRunCommand(systemClock));
  const succeeds = async (script: string) => {
    const { exitCode } = await run({
      ...{ command: '/bin/sh', args: ['-c', script], cwd: directory, onOutput: () => {} },
      environment: { PATH: '/usr/bin:/bin', HOME: rig.personal },
      confine: { application: 'attacker', directory, results: [result] },
    });
    return exitCode === 0;
  };
  return {
    buildReadsToken: await succeeds(`cat ${join(rig.directories.home.state, 'platform.json')}`),
    buildWritesOwn: await succeeds('echo x >new.txt'),
    buildWorks: await succeeds(`cat server.cjs >${result}/copy && echo x >"$HOME/kept" && echo x >"$TMPDIR/x"`),
  };
}

process.channel?.ref();
try {
  process.send?.(await tryEverything());
} catch (error) {
  if (!isAppcfgError(error)) throw error;
  process.send?.({ unavailable: error.message });
}
process.disconnect();
