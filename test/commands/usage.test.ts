import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { showHelp } from '../../src/help-main.ts';
import { openTerminal, placeSample } from './terminal.ts';

describe('help', () => {
  it('is the same from the small bundle as from the whole tool, for every command and topic', async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as { commands: object };
    const { oclif } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { oclif: { topics: object } };
    const terminal = openTerminal();
    const small = (...argv: string[]) => {
      const texts: string[] = [];
      const host = { isOutputTerminal: false, columns: 80, environment: { NO_COLOR: '1' } };
      const isShown = showHelp(argv, root, { ...host, stdout: (text) => void texts.push(text) });
      return isShown ? texts.join('') : undefined;
    };
    expect(small()).toBe((await terminal.run()).stdout);
    for (const id of [...Object.keys(commands), ...Object.keys(oclif.topics)]) {
      const words = id.split(':');
      const { stdout } = await terminal.run(...words, '--help');
      expect(small(...words, '--help')).toBe(stdout);
      expect(small('help', ...words)).toBe(stdout);
    }
    // What is not plain, or not there, is left to the whole tool.
    for (const argv of [['help', 'udpate'], ['update', '.', '--help'], ['--json', '--help'], ['help', '--help'], ['x']])
      expect(small(...argv)).toBeUndefined();
  });

  it.each([[[]], [['help']], [['--help']], [['-h']]])('%j lists the commands and ends well', async (argv) => {
    const { code, stdout, stderr } = await openTerminal().run(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}update +Deploy modules/m);
    expect(stdout).toMatch(/^ {2}platform +Start, stop/m);
  });

  it.each([[['update', '--help']], [['update', '-h']], [['help', 'update']]])('%j explains a command', async (argv) => {
    const { code, stdout } = await openTerminal().run(...argv);
    expect(code).toBe(0);
    expect(stdout).toContain('appcfg update [PATHS...] [options]');
    expect(stdout).toContain('--env-variable NAME:VALUE');
    expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('explains topics, by their own name and with help', async () => {
    const terminal = openTerminal();
    const { code, stdout } = await terminal.run('platform');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}platform start +Start the platform/m);
    expect((await terminal.run('help', 'platform')).stdout).toBe(stdout);
    expect((await terminal.run('help', 'delete_version')).stdout).toContain('appcfg delete-version');
  });
});

describe('misspelt command lines', () => {
  it.each([
    [['udpate'], 'There is no command udpate. Did you mean update?', 'appcfg help'],
    [['frobnicate'], 'There is no command frobnicate.', 'appcfg help'],
    [['platform', 'strat'], 'There is no command platform strat. Did you mean platform start?', 'appcfg help'],
    [['help', 'udpate'], 'There is no command udpate. Did you mean update?', 'appcfg help'],
    [['update', '--promot'], 'update has no option --promot. Did you mean --promote?', 'appcfg update --help'],
    [['update', '-Z'], 'update has no option -Z.', 'appcfg update --help'],
    [['rollback', 'a', 'b'], 'rollback does not expect b.', 'appcfg rollback --help'],
    [['instances', 'stop'], 'instances stop needs INSTANCE.', 'appcfg instances stop --help'],
    [
      ['logs', '--level', 'loud'],
      'logs: Expected --level=loud to be one of: debug, info, warning, error, critical.',
      'appcfg logs --help',
    ],
    [['logs', '-n'], 'logs: Flag --lines expects a value.', 'appcfg logs --help'],
    [
      ['status', '-A', 'Not_An_App'],
      '--application can\'t be "Not_An_App"; expected a name: it must be 1 to 100',
      'appcfg status --help',
    ],
    [['status', '-q', '-v'], 'status: ', 'appcfg status --help'],
  ])('%j', async (argv, message, hint) => {
    const { code, stdout, stderr } = await openTerminal().run(...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`Error: ${message}`);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain('    at ');
  });

  it('are one JSON document with --json', async () => {
    const { code, stdout, stderr } = await openTerminal().run('update', '--promot', '--json');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'usage.unknown-flag',
        message: 'update has no option --promot. Did you mean --promote?',
        details: { command: 'update', flag: '--promot', suggestion: '--promote' },
        hints: ['All options: appcfg update --help'],
      },
    });
  });
});

it('knows its version', async () => {
  const terminal = openTerminal();
  const { stdout } = await terminal.run('--version');
  expect(stdout).toMatch(/^appcfg\/\d+\.\d+\.\d+ \S+ node-v\d+/);
  expect((await terminal.run('version')).stdout).toBe(stdout);
  expect(await terminal.json('version')).toMatchObject({
    version: expect.stringMatching(/^\d/),
    node: process.version,
  });
});

it("calls a bug a bug, with a trace, and the system's refusal by its name", async () => {
  const terminal = openTerminal();
  terminal.backend.checkpoints.fail('describe', new TypeError('x is undefined'));
  const bug = await terminal.run('status', '-A', 'a');
  expect(bug.code).toBe(70);
  expect(bug.stderr).toMatch(/^Error: This is a bug in appcfg: x is undefined\nHint: {2}Run again with APPCFG_DEBUG=1/);
  expect(bug.stderr).toContain('    at ');
  const full = Object.assign(new Error('ENOSPC: no space left'), {
    code: 'ENOSPC',
    syscall: 'write',
    path: '/disk/file',
  });
  terminal.backend.checkpoints.fail('describe', full);
  const refused = await terminal.run('status', '-A', 'a');
  expect(refused).toMatchObject({
    code: 1,
    stderr: 'Error: The operating system refused to write /disk/file: no space left on the device (ENOSPC).\n',
  });
});

describe('scripts of the original', () => {
  it('run with options that mean nothing here, and are told so in one line each', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const line = '--oauth2 --oauth2_refresh_token=secret -e me@example.com --noisy update app.yaml --no_precompilation';
    const { code, stderr } = await terminal.run(...line.split(' '));
    expect(code).toBe(0);
    const notes = stderr.split('\n').filter((text) => text.startsWith('Note: '));
    expect(notes).toEqual([
      'Note: --oauth2 does nothing here: access is by the token of the platform (--token).',
      'Note: --oauth2-refresh-token does nothing here: access is by the token of the platform (--token).',
      'Note: --email does nothing here: there is no account to sign in with.',
      'Note: --no-precompilation does nothing here: nothing is compiled ahead.',
    ]);
    expect(stderr).not.toMatch(/secret|me@example/);
    expect((await terminal.run('-q', '--oauth2', 'update', 'app.yaml')).stderr).toBe('');
    expect((await terminal.run('update', 'app.yaml', '--oauth2', '--json')).stderr).toBe('');
  });

  it('that roll back one version are stopped: here a whole release goes back', async () => {
    const { code, stderr } = await openTerminal().run('rollback', '.', '-V', 'v1');
    expect(code).toBe(2);
    expect(stderr).toContain('rollback has no option -V.');
  });

  it.each([
    ['backends', '. list', 'Make each backend a module'],
    ['upload_data', '--url=http://x --filename=y', 'a script of its own'],
    ['prepare_vm_runtime', '-A x', 'Nothing has to be prepared'],
  ])('%s is told what does its work now', async (command, options, instead) => {
    const { code, stderr } = await openTerminal().run(command, ...options.split(' '));
    expect(code).toBe(2);
    expect(stderr).toContain(
      `Error: ${command.replaceAll('_', '-')} is a command of the original appcfg that is not here.\nHint:  `,
    );
    expect(stderr).toContain(instead);
  });

  it.each([[['-n', 'x']], [['-A', 'app']], [['--server=http://x']]])(
    '%j names no command (group 110)',
    async (argv) => {
      const { code, stdout, stderr } = await openTerminal().run(...argv);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toBe(
        `Error: No command is named, only ${argv[0]?.replace(/=.*/, '')}.\nHint:  All commands: appcfg help\n`,
      );
    },
  );
});

describe('standard input', () => {
  it('is left to the script: an argument that is missing is not read from it', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const line = new PassThrough();
    line.end('nosuchdir\n');
    const input = vi.spyOn(process, 'stdin', 'get').mockReturnValue(line as unknown as typeof process.stdin);
    onTestFinished(() => input.mockRestore());
    const { code, stderr } = await terminal.run('update_cron', '-A', 'simple-sample');
    expect(code).toBe(2);
    expect(stderr).toContain('There is no cron.yaml in the current directory');
    expect(line.readableLength).toBe('nosuchdir\n'.length);
  });
});
