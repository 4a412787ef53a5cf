/** The shipped entry as a process of its own: the fast path, the code cache, exit codes, and what it says unbuilt. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commands } from '../../src/commands/command-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isBuilt = existsSync(join(root, 'dist', 'cli.cjs'));

function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'appcfg-launcher-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** A command of the whole tool that asks nobody. */
const memoryStatus = ['status', '--backend', 'memory', '--json'];

function run(home: string, argv: readonly string[], program = join(root, 'bin', 'run.js')) {
  const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
  const env = { ...environment, APPCFG_HOME: home, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('without a build', () => {
  it('knows its version, and says how to build', () => {
    const home = temporaryHome();
    cpSync(join(root, 'bin'), join(home, 'bin'), { recursive: true });
    cpSync(join(root, 'package.json'), join(home, 'package.json'));
    const program = join(home, 'bin', 'run.js');
    expect(run(home, ['--version'], program)).toMatchObject({ status: 0, stderr: '' });
    const { status, stdout, stderr } = run(home, ['status'], program);
    expect({ status, stdout }).toEqual({ status: 70, stdout: '' });
    expect(stderr).toMatch(/^Error: appcfg is not built: .*\nHint: {2}npm run build/);
  });
});

describe.skipIf(!isBuilt)('built', () => {
  it('answers and exits as the command does', () => {
    const home = temporaryHome();
    expect(run(home, ['--version']).stdout).toMatch(/^appcfg\/\d/);
    expect(run(home, ['version']).stdout).toBe(run(home, ['--version']).stdout);
    expect(run(home, ['--help'])).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(join(home, 'cache'))).toBe(false);
    expect(run(home, ['help', 'nonsense'])).toMatchObject({ status: 2, stdout: '' });
    expect(run(home, ['nonsense'])).toMatchObject({ status: 2, stdout: '' });
    const { status, stdout } = run(home, memoryStatus);
    expect({ status, document: JSON.parse(stdout) }).toEqual({
      status: 0,
      document: { backend: 'memory', applications: [] },
    });
  });

  it('keeps compiled code for itself, and runs none that others may have written', () => {
    const home = temporaryHome();
    run(home, memoryStatus);
    const folder = join(home, 'cache', 'code');
    const [name = '', ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    const file = join(folder, name);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { mtimeMs } = statSync(file);
    expect(run(home, memoryStatus).status).toBe(0);
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
    chmodSync(file, 0o666);
    expect(run(home, memoryStatus).status).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, 'not compiled code');
    expect(run(home, memoryStatus).status).toBe(0);
    expect(statSync(file).size).toBeGreaterThan(1000);
  });

  it('works where it can keep nothing', () => {
    const home = temporaryHome();
    writeFileSync(join(home, 'cache'), 'a file where the folder would be');
    expect(run(home, memoryStatus)).toMatchObject({ status: 0, stderr: '' });
  });

  it('ends quietly when nobody reads on', () => {
    const home = temporaryHome();
    mkdirSync(join(home, 'cache'), { recursive: true });
    const line = `"${process.execPath}" "${join(root, 'bin', 'run.js')}" --help | head -n 1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', line], {
      env: { ...process.env, APPCFG_HOME: home },
      encoding: 'utf8',
    });
    expect({ lines: stdout.trim().split('\n').length, stderr }).toEqual({ lines: 1, stderr: '' });
  });

  it('shows oclif the same commands', () => {
    const { COMMANDS } = createRequire(import.meta.url)(join(root, 'dist', 'cli.cjs')) as {
      readonly COMMANDS: Readonly<Record<string, { readonly run: unknown }>>;
    };
    expect(Object.keys(COMMANDS)).toEqual(Object.keys(commands));
    for (const command of Object.values(COMMANDS)) expect(typeof command.run).toBe('function');
  });
});
