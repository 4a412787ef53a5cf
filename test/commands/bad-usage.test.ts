/** Groups 106 to 110 of the bad inputs: each is misuse, exit code 2, one sentence and where to go from there. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deploySample, openTerminal, type Terminal } from './terminal.ts';

async function deployed(): Promise<Terminal> {
  const terminal = openTerminal();
  await deploySample(terminal);
  return terminal;
}

async function expectMisuse(terminal: Terminal, argv: readonly string[], message: string | RegExp): Promise<void> {
  const before = await terminal.backend.describe('simple-sample');
  const { code, stdout, stderr } = await terminal.run(...argv);
  expect({ argv, code, stdout }).toEqual({ argv, code: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/hint:|Hint:/);
  expect(stderr).not.toContain('    at ');
  expect(await terminal.backend.describe('simple-sample')).toEqual(before);
}

const words = (line: string) => line.split(' ');

describe('group 106', () => {
  it.each([
    ['list_versions -A simple-sample .', 'Error: list-versions: -A says which application it is; leave . out.'],
    ['delete_version -A simple-sample', 'Error: delete-version needs -V VERSION.'],
    ['set_default_version -A simple-sample', 'Error: set-default-version needs -V VERSION, or a directory'],
    ['set_default_version . .', 'Error: set-default-version does not expect .'],
  ])('%s', async (line, message) => {
    await expectMisuse(await deployed(), words(line), message);
  });
});

describe('group 107', () => {
  it.each([
    ['', 'Error: start needs yaml files, or -A APP, -M MODULE and -V VERSION.'],
    ['-A simple-sample', 'Error: start needs yaml files, or -A APP, -M MODULE and -V VERSION.'],
    ['my-module.yaml -M my-module', 'Error: start: a yaml file names its module; name files or -M, not both.'],
    ['my-module.yaml nosuch.yaml', 'nosuch.yaml:1:1: error: nosuch.yaml does not exist.'],
    ['worker.yaml', 'worker.yaml:1:1: error: "module" is missing; every module file but app.yaml must have it.'],
    ['my-module.yaml other.yaml', 'other.yaml:1:14: error: This file belongs to application "other", but'],
  ])('start_module_version %s', async (line, message) => {
    const terminal = await deployed();
    const rest = 'version: uno\nruntime: python27\nthreadsafe: true\nmanual_scaling: {instances: 1}\n';
    terminal.write('worker.yaml', `application: simple-sample\n${rest}`);
    terminal.write('other.yaml', `application: other\nmodule: other\n${rest}`);
    await terminal.run('stop', 'my-module.yaml');
    const argv = line === '' ? [] : words(line);
    await expectMisuse(terminal, ['start_module_version', ...argv], message);
    await expectMisuse(terminal, ['stop_module_version', ...argv], message.replace(/^Error: start/, 'Error: stop'));
  });

  it('checks all files before it changes what the first one names', async () => {
    const terminal = await deployed();
    const { code, stderr } = await terminal.run('stop_module_version', 'my-module.yaml', 'app.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain("Error: Version uno of module default has automatic scaling and can't be stopped");
    const live = await terminal.backend.describe('simple-sample');
    expect(live?.modules.find(({ name }) => name === 'my-module')?.versions[0]?.servingStatus).toBe('serving');
  });

  it('looks at nothing but what names versions', async () => {
    const terminal = await deployed();
    terminal.write('cron.yaml', 'cron: nonsense\n');
    expect(await terminal.run('set_default_version', '.')).toMatchObject({ code: 0 });
    expect(await terminal.run('request_logs', '.', 'out.log')).toMatchObject({ code: 0 });
    expect(await terminal.run('list_versions', '.')).toMatchObject({ code: 0 });
  });

  it('takes several files and -V over what they say', async () => {
    const terminal = await deployed();
    await terminal.run('update', 'my-module.yaml', '-V', 'dos');
    expect(await terminal.json('stop', 'my-module.yaml', '-V', 'dos')).toMatchObject({
      changes: [{ application: 'simple-sample', module: 'my-module', version: 'dos', outcome: 'done' }],
    });
  });
});

describe('group 109', () => {
  it.each([
    ['download_app', 'Error: download-app needs DIRECTORY.'],
    ['download_app out', 'Error: download-app needs -A APP.'],
    ['download_app -A simple-sample full', 'full is not an empty directory; nothing was written.'],
    ['download_app -A simple-sample app.yaml', 'app.yaml is not an empty directory; nothing was written.'],
  ])('%s', async (line, message) => {
    const terminal = await deployed();
    terminal.write('full/mine.txt', 'mine');
    const before = readdirSync(terminal.directory).sort();
    await expectMisuse(terminal, words(line), message);
    expect(readdirSync(terminal.directory).sort()).toEqual(before);
    expect(readdirSync(join(terminal.directory, 'full'))).toEqual(['mine.txt']);
  });

  it('an empty directory and one that is not there yet will do', async () => {
    const terminal = await deployed();
    mkdirSync(join(terminal.directory, 'empty'));
    for (const directory of ['empty', 'new']) {
      expect(await terminal.run('download_app', '-A', 'simple-sample', directory)).toMatchObject({ code: 0 });
      expect(readdirSync(join(terminal.directory, directory))).toContain('main.py');
    }
    const versioned = await terminal.json('download_app', 'v', '-A', 'simple-sample', '-M', 'my-module', '-V', 'uno');
    expect(versioned).toMatchObject({ module: 'my-module', version: 'uno' });
  });
});

describe('group 110', () => {
  it.each([
    ['frobnicate', 'There is no command frobnicate.'],
    ['update --frobnicate', 'update has no option --frobnicate.'],
    ['-f update', 'update has no option -f.'],
    ['-n x', 'No command is named, only -n.'],
    ['cron_info -n x', /cron-info: .*integer/],
  ])('%s', async (line, message) => {
    await expectMisuse(openTerminal(), words(line), message);
  });
});
