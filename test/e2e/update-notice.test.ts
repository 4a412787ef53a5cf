/** The notice of a newer version: found by npm in the background, shown by the next command to people only. */
import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, newHome } from './program.ts';
import { openPseudoTerminal } from './pseudo-terminal.ts';

function homeWithNpm(answer: string, environment: Readonly<Record<string, string>> = {}) {
  const tools = join(newHome().directory, 'tools');
  mkdirSync(tools);
  const calls = join(tools, 'calls');
  writeFileSync(join(tools, 'npm'), `#!/bin/sh\necho "$@" >> ${calls}\nsleep 0.2\n${answer}\n`);
  chmodSync(join(tools, 'npm'), 0o755);
  const home = newHome({ PATH: `${tools}:${process.env.PATH}`, APPCFG_UPDATE_NOTICE: '1', ...environment });
  const latest = join(home.directory, 'appcfg', 'cache', 'latest-version');
  const look = async () => {
    const terminal = openPseudoTerminal(['plugins', 'list'], home);
    expect(await terminal.exitCode).toBe(0);
    return terminal.text();
  };
  const called = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);
  return { home, latest, look, called };
}

describe('the update notice', () => {
  it('is shown by the command after the one that looked, which looks once a day', async () => {
    const { latest, look, called } = homeWithNpm('echo 99.0.1');
    expect(await look()).not.toContain('is out');
    await eventually('npm answered', () => existsSync(latest) && readFileSync(latest, 'utf8') === '99.0.1\n');
    expect(await look()).toContain('Note: appcfg 99.0.1 is out');
    expect(called()).toEqual(['view appcfg version']);
    const yesterday = Date.now() / 1000 - 25 * 3600;
    utimesSync(latest, yesterday, yesterday);
    await look();
    await eventually('npm was asked again', () => called().length === 2);
  });

  it('is silent when npm fails or prints something else', async () => {
    const { latest, look, called } = homeWithNpm('echo "\\033[31m99.0.0 evil"; exit 1');
    await look();
    await eventually('npm answered', () => existsSync(latest) && readFileSync(latest, 'utf8') !== '');
    expect(await look()).not.toContain('is out');
    expect(called()).toHaveLength(1);
  });

  it.each([
    ['APPCFG_UPDATE_NOTICE', '0'],
    ['CI', 'true'],
  ])('is not wanted with %s=%s', async (name, value) => {
    const { look, called, latest } = homeWithNpm('echo 99.0.1', { [name]: value });
    await look();
    expect(existsSync(latest)).toBe(false);
    expect(called()).toEqual([]);
  });

  it('is not for programs', async () => {
    const { home, called } = homeWithNpm('echo 99.0.1');
    await home.run('plugins', 'list');
    expect(called()).toEqual([]);
  });
});
