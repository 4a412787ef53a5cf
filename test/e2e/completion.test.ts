/** The shells themselves complete appcfg's lines. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Home, newHome, root } from './program.ts';

const has = (shell: string) => spawnSync(shell, ['-c', ':']).status === 0;

function runIn(shell: string, home: Home, script: string): string {
  const env = { PATH: process.env.PATH, HOME: home.directory, APPCFG_HOME: join(home.directory, 'appcfg') };
  const { stdout, stderr, status } = spawnSync(shell, ['-c', script], { cwd: home.directory, env, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.trim();
}

const scriptOf = (shell: string) => `"${process.execPath}" "${join(root, 'bin', 'run.js')}" completion ${shell}`;

async function deployed(): Promise<Home> {
  const home = newHome();
  await home.run('init', 'shop', '-r', 'static', '-M', 'web', '-M', 'mobile', '-A', 'shop');
  await home.json('update', 'shop');
  return home;
}

describe.skipIf(!has('bash'))('bash', () => {
  const complete = (home: Home, ...words: readonly string[]) =>
    runIn(
      'bash',
      home,
      `eval "$(${scriptOf('bash')})"
      COMP_WORDS=(appcfg ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
      _appcfg; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p appcfg`,
    ).split('\n');

  it('completes commands, options and live names', async () => {
    const home = await deployed();
    expect(complete(home, 'platform', 'sta')).toEqual(['start', 'status', 'complete -F _appcfg appcfg']);
    expect(complete(home, 'update', '--dry')[0]).toBe('--dry-run');
    expect(complete(home, 'logs', '-A', 'shop', '-M', 'm')[0]).toBe('mobile');
    expect(complete(home, 'logs', '-M', 'mobile', '-V', '')[0]).toBe('v1');
  });

  it('starts no platform', () => {
    const home = newHome();
    expect(complete(home, 'logs', '-M', '')).toEqual(['complete -F _appcfg appcfg']);
    expect(home.daemon()).toBeUndefined();
  });
});

describe.skipIf(!has('zsh'))('zsh', () => {
  it('reads the script', () => {
    const home = newHome();
    const script = `autoload -Uz compinit && compinit -u -D; eval "$(${scriptOf('zsh')})"; print $_comps[appcfg]`;
    expect(runIn('zsh', home, script)).toBe('_appcfg');
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  it('completes commands and live names', async () => {
    const home = await deployed();
    const complete = (line: string) =>
      runIn('fish', home, `${scriptOf('fish')} | source; complete -C '${line}'`).split('\n');
    expect(complete('appcfg platform sta').map((line) => line.split('\t')[0])).toEqual(['start', 'status']);
    expect(complete('appcfg logs -A shop -M m')[0]).toMatch(/^mobile\t/);
  });
});
