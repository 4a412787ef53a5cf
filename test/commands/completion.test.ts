/** Completion of lines, with the names of what is deployed. */
import { expect, it } from 'vitest';
import type { LocalPlatform, LocalPlatformStatus } from '../../src/adapters/registry.ts';
import { deploySample, openTerminal, type Terminal } from './terminal.ts';

const status: LocalPlatformStatus = {
  pid: 42,
  version: '0.1.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  host: '127.0.0.1',
  routerPort: 8081,
  controlPort: 8090,
  applications: ['simple-sample'],
};

/** A platform that runs, or does not and must not be started. */
function platform(isRunning: boolean): LocalPlatform {
  const refuse = async () => {
    throw new Error('completion started or stopped a platform');
  };
  return { find: async () => (isRunning ? status : undefined), start: refuse, stop: refuse, collect: refuse };
}

async function complete(terminal: Terminal, ...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await terminal.run('complete', '--', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd();
  return lines === '' ? [] : lines.split('\n').map((line) => line.split('\t')[0] ?? '');
}

it.each<[readonly string[], readonly string[]]>([
  [['upd'], ['update', 'update-cron', 'update-dispatch', 'update-dos', 'update-indexes', 'update-queues']],
  [['rollb'], ['rollback']],
  [['complet'], ['completion']],
  [
    ['platform', 'st'],
    ['start', 'status', 'stop'],
  ],
  [
    ['-A', 'x', 'platform', 'st'],
    ['start', 'status', 'stop'],
  ],
  [['help', 'rollb'], ['rollback']],
  [
    ['help', 'platform', 'sta'],
    ['start', 'status'],
  ],
  [['nonsense', ''], []],
  [['update', '--pro'], ['--promote']],
  [
    ['update', '--no-'],
    ['--no-color', '--no-promote'],
  ],
  [['logs', '--level', 'e'], ['error']],
  [
    ['logs', '--kind', ''],
    ['app', 'request'],
  ],
  [
    ['init', '-r', 'python'],
    ['python3', 'python27'],
  ],
  [['completion', 'b'], ['bash']],
  [['update', ''], [':files']],
  [['update', 'app.yaml', ''], [':files']],
  [['update', '--', '--x'], [':files']],
  [['package', '--output', ''], [':files']],
  [['update', '--message', ''], []],
  [['browse', ''], []],
  [['init', '-M', ''], []],
])('%j', async (words, expected) => {
  const found = await complete(openTerminal({ platform: platform(false) }), ...words);
  if (expected[0] === 'update') expect(found).toEqual(expect.arrayContaining([...expected]));
  else expect(found).toEqual(expected);
});

it('knows what is live, and says what it is', async () => {
  const terminal = openTerminal({ platform: platform(true) });
  await deploySample(terminal);
  expect(await complete(terminal, 'logs', '-A', '')).toEqual(['simple-sample']);
  expect(await complete(terminal, 'logs', '--module', 'm')).toEqual(['mobile-frontend', 'my-module']);
  expect(await complete(terminal, 'logs', '-A', 'simple-sample', '-M', 'my-module', '-V', '')).toEqual(['uno']);
  expect(await complete(terminal, 'logs', '-A', 'other', '-M', '')).toEqual([]);
  expect(await complete(terminal, 'rollback', '--release', '')).toEqual(['r1']);
  const { stdout } = await terminal.run('complete', '--', 'stop', '-V', 'u');
  expect(stdout).toBe('uno\tof default, mobile-frontend, my-module\n');
});

it('starts no platform for it, and gives up on one that fails', async () => {
  const idle = openTerminal({ platform: platform(false) });
  await deploySample(idle);
  expect(await complete(idle, 'logs', '-M', '')).toEqual([]);
  const failing = openTerminal({ platform: platform(true) });
  failing.backend.checkpoints.fail('describe', new Error('no'));
  expect(await complete(failing, 'logs', '-A', 'simple-sample', '-M', '')).toEqual([]);
});

it.each(['bash', 'zsh', 'fish'])('prints what %s needs', async (shell) => {
  const { code, stdout } = await openTerminal().run('completion', shell);
  expect(code).toBe(0);
  expect(stdout).toContain(' complete -- ');
  expect(stdout).toContain(process.execPath);
});

it('knows no other shells', async () => {
  const { code, stderr } = await openTerminal().run('completion', 'tcsh');
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
