import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Status } from '../../src/operate/status.ts';
import { deploySample, openTerminal, type Terminal } from './terminal.ts';

const names = ['app.yaml', 'mobile-frontend.yaml', 'my-module.yaml'];

function edit(terminal: Terminal, file: string, change: (text: string) => string): void {
  terminal.write(file, change(readFileSync(join(terminal.directory, file), 'utf8')));
}

describe('status with files', () => {
  it('says that nothing differs', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    const { code, stdout } = await terminal.run('status', ...names, '--exit-code');
    expect(stdout).toContain('the same as the files here');
    expect(code).toBe(0);
    expect((await terminal.run('status', '.', '--all-modules', '--exit-code')).code).toBe(0);
  });

  it('names the files, the parts of the configuration and the modules that differ', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    terminal.write('main.py', 'changed');
    terminal.write('added.txt', 'new');
    edit(terminal, 'my-module.yaml', (text) => text.replace('instances: 1', 'instances: 2'));
    edit(terminal, 'app.yaml', (text) => `${text}\nenv_variables:\n  KEY: hunter2\n`);
    terminal.write(
      'fresh.yaml',
      readFileSync(join(terminal.directory, 'app.yaml'), 'utf8').replace('version:', 'module: fresh\nversion:'),
    );
    const { code, stdout, stderr } = await terminal.run('status', ...names, 'fresh.yaml');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('different from the files here:');
    expect(stdout).toMatch(
      /default:uno: 3 files changed \(app\.yaml, main\.py, my-module\.yaml\), 2 files added \(added\.txt, fresh\.yaml\)/,
    );
    expect(stdout).toContain('default:uno: app.yaml changed: environment variables');
    expect(stdout).toContain('my-module:uno: my-module.yaml changed: scaling');
    expect(stdout).toContain('fresh:uno (fresh.yaml): not deployed');
    expect(stdout).not.toContain('hunter2');
    expect((await terminal.run('status', ...names, '--exit-code')).code).toBe(1);
    const { applications } = await terminal.json<Status>('status', ...names);
    expect(applications[0]?.files?.modules[0]).toMatchObject({
      module: 'default',
      version: 'uno',
      state: 'different',
      files: { changed: ['app.yaml', 'main.py', 'my-module.yaml'] },
      configuration: ['environment variables'],
    });
  });

  it('takes variables of the command line as a deploy does', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    expect((await terminal.run('update', ...names, '-E', 'KEY:one')).code).toBe(0);
    expect((await terminal.run('status', ...names, '--exit-code')).code).toBe(1);
    expect((await terminal.run('status', ...names, '-E', 'KEY:two', '--exit-code')).code).toBe(1);
    expect((await terminal.run('status', ...names, '-E', 'KEY:one', '--exit-code')).code).toBe(0);
  });

  it('says what is deployed and not here, for a directory only', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    rmSync(join(terminal.directory, 'my-module.yaml'));
    const { stdout } = await terminal.run('status', '.', '--all-modules');
    expect(stdout).toContain('my-module: deployed, and not among the files here');
    expect((await terminal.run('status', 'app.yaml')).stdout).not.toContain('my-module: deployed');
  });

  it('says what the settings files would change', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    terminal.write('cron.yaml', 'cron:\n- url: /tick\n  schedule: every 5 minutes\n');
    const { stdout, stderr } = await terminal.run('status', '.', '--all-modules');
    expect(stdout, stderr).toContain('deploying would create in cron: /tick');
    expect((await terminal.run('update', '.', '--all-modules')).code).toBe(0);
    expect((await terminal.run('status', '.', '--all-modules', '--exit-code')).code).toBe(0);
    rmSync(join(terminal.directory, 'cron.yaml'));
    expect((await terminal.run('status', '.', '--all-modules')).stdout).toContain(
      'cron: deployed, and not among the files here',
    );
  });

  it('fails for files of an application that is not deployed, and for files that are wrong', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    const other = await terminal.run('status', 'app.yaml', '-A', 'other');
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('other');
    terminal.write('app.yaml', 'runtime: [');
    expect((await terminal.run('status', 'app.yaml')).code).toBe(1);
  });
});

describe('status since the release', () => {
  it('says what was changed by hand, by whom, until the next release', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    const quiet = await terminal.run('status', '--exit-code');
    expect(quiet.code).toBe(0);
    expect(quiet.stdout).not.toContain('by hand');
    await terminal.run('set-num-instances', '3', '-M', 'my-module', '-V', 'uno', '-A', 'simple-sample');
    await terminal.run('stop', '-M', 'my-module', '-V', 'uno', '-A', 'simple-sample');
    terminal.write('cron.yaml', 'cron:\n- url: /tick\n  schedule: every 5 minutes\n');
    await terminal.run('update-cron', '.', '-A', 'simple-sample');
    const { code, stdout } = await terminal.run('status', '--exit-code');
    expect(code).toBe(1);
    expect(stdout).toContain('changed by hand since that release:');
    expect(stdout).toMatch(
      /instances of my-module:uno: 3 \(was as its file says\) \(memory|instances of my-module:uno: 3 .*\(ann, /,
    );
    expect(stdout).toContain('my-module:uno was stopped');
    expect(stdout).toContain('cron: create /tick');
    const { applications } = await terminal.json<Status>('status');
    expect(applications[0]?.sinceRelease.map(({ difference }) => difference.kind)).toEqual([
      'serving-status',
      'instances',
      'settings',
    ]);
    terminal.write('main.py', 'next');
    expect((await terminal.run('update', ...names)).code).toBe(0);
    expect((await terminal.run('status', '--exit-code')).code).toBe(0);
  });
});
