/** Second generation Python: environment, server, entrypoint, packages. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRuntimes } from '../../../src/platform/runtimes/registry.ts';
import type { RunCommand } from '../../../src/platform/runtimes/runtime.ts';
import {
  assetsDirectory,
  buildFixture,
  copyFixture,
  fixtureDeployment,
  run,
  startFixture,
  temporaryDirectory,
} from './fixture-app.ts';
import { works } from './tools.ts';
import { writeWheel } from './wheel.ts';

const noPython = !(await works('python3', '--version'));
const noPip = !(await works('python3', '-m', 'pip', '--version'));
const system = { PATH: '/usr/bin:/bin', HOME: '/nonexistent' };
const noGunicorn = !(await works('/usr/bin/python3', '-c', 'import gunicorn'));

interface Shown {
  readonly environ: Readonly<Record<string, string>>;
  readonly server: string;
}

describe('python3', () => {
  it.skipIf(noPython)(
    '3.4b 3.7a serves main:app with our launcher and exactly the documented environment',
    async () => {
      const app = await startFixture({
        app: 'python3-environment',
        facts: { server: 'launcher' },
        module: 'my-module',
        instance: '2',
        memoryMiB: 512,
        environment: { ...process.env, SECRET_TOKEN: 'of the platform', NODE_EXTRA_CA_CERTS: '/platform.pem' },
        spec: { runtime: 'python3', environmentVariables: { COLOUR: 'blue', GAE_SERVICE: 'forged', PORT: '1' } },
      });
      const { environ } = (await app.json('/')) as Shown;
      expect(environ).toMatchObject({
        GAE_APPLICATION: 's~simple-sample',
        GAE_DEPLOYMENT_ID: '800508627093924081',
        GAE_ENV: 'standard',
        GAE_INSTANCE: '2',
        GAE_MEMORY_MB: '512',
        GAE_RUNTIME: 'python3',
        GAE_SERVICE: 'my-module',
        GAE_VERSION: 'uno',
        GOOGLE_CLOUD_PROJECT: 'simple-sample',
        PORT: String(app.port),
        COLOUR: 'blue',
        HOME: environ.TMPDIR,
      });
      const documented =
        /^(GAE_\w+|GOOGLE_CLOUD_PROJECT|PORT|PATH|HOME|TMPDIR|LANG|PYTHON\w+|COLOUR|PWD|SHLVL|_|LC_CTYPE)$/;
      expect(Object.keys(environ).filter((name) => !documented.test(name))).toEqual([]);
      expect(app.build.warnings.join('\n')).toMatch(
        /GAE_SERVICE is set by the platform[\s\S]*PORT is set by the platform/,
      );
    },
  );

  it.skipIf(noPython)('leaves structured lines as they are and ties the others to their request', async () => {
    const app = await startFixture({
      app: 'python3-environment',
      facts: { server: 'launcher' },
      spec: { runtime: 'python3' },
    });
    await app.ask('/print', { headers: { 'X-Appengine-Request-Log-Id': 'ab' } });
    await app.printed('structured');
    expect(app.lines).toContainEqual({ stream: 'stdout', line: '{"severity": "NOTICE", "message": "structured"}' });
    await app.printed('an error');
    expect(app.records()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: 'info', message: 'plain line', requestId: 'ab' }),
        expect.objectContaining({ level: 'warning', message: 'a warning', requestId: 'ab' }),
        expect.objectContaining({ level: 'error', message: 'ERROR:root:an error', requestId: 'ab' }),
      ]),
    );
    expect(app.lines.some((entry) => entry.line.includes('below the default'))).toBe(false);
  });

  it.skipIf(noGunicorn)('3.7a prefers gunicorn where it is installed, with workers by class, on loopback', async () => {
    const spec = { runtime: 'python3', instanceClass: 'F2' };
    const app = await startFixture({ app: 'python3-environment', environment: system, spec });
    expect(app.command.args).toEqual([
      '-m',
      'gunicorn',
      '--bind',
      `127.0.0.1:${app.port}`,
      '--workers',
      '4',
      'main:app',
    ]);
    expect(((await app.json('/')) as Shown).server).toContain('gunicorn');
  });

  it.skipIf(noPython)('3.7g runs an entrypoint with $PORT', async () => {
    const entrypoint = 'python3 -m http.server --bind 127.0.0.1 $PORT';
    const app = await startFixture({ app: 'python3-environment', spec: { runtime: 'python3', entrypoint } });
    expect((await app.ask('/main.py')).body).toContain('A second generation application');
  });

  it.skipIf(noPython)('warns when the exact Python is missing, and wants something to start', async () => {
    const built = await buildFixture({ app: 'python3-environment', spec: { runtime: 'python399' } });
    expect(built.build.warnings).toEqual([
      expect.stringMatching(/^no Python 3\.99 on this machine: python399 runs under Python 3\./),
    ]);
    const empty = buildFixture({ app: 'custom-entrypoint', spec: { runtime: 'python3' } });
    await expect(empty).rejects.toMatchObject({ code: 'runtime.entrypoint-missing' });
  });

  it.skipIf(noPip)('installs requirements once for equal ones, and finds modules and commands', async () => {
    const cacheDirectory = temporaryDirectory();
    const directory = packagesApp('vendored');
    const options = { app: directory, cacheDirectory, facts: { server: 'launcher' }, spec: { runtime: 'python3' } };
    const app = await startFixture(options);
    expect((await app.ask('/')).body).toBe('vendored from the command\n');
    expect(app.build.detail).toMatch(/, pip install$/);
    expect(existsSync(join(directory, 'build'))).toBe(false);
    const again = await buildFixture({ ...options, deploymentId: '2' });
    expect(again.build.detail).toMatch(/pip install \(cached\)$/);
    expect(again.output).toEqual([]);
    const changed = await buildFixture({ ...options, app: packagesApp('other'), run: pretending });
    expect(changed.build.facts.pythonPath).not.toBe(again.build.facts.pythonPath);
  });

  it.skipIf(noPip)('lets concurrent builds of the same requirements wait for one installation', async () => {
    const cacheDirectory = temporaryDirectory();
    const installations: string[] = [];
    const counting: RunCommand = (command) => {
      if (command.args.includes('install')) installations.push(command.command);
      return run(command);
    };
    const runtime = createRuntimes({ assetsDirectory, environment: process.env })('python3', 'standard');
    const deployment = fixtureDeployment({ app: packagesApp('shared'), spec: { runtime: 'python3' } });
    const context = { deployment, cacheDirectory, run: counting, onOutput: () => undefined };
    const builds = await Promise.all([runtime.build(context), runtime.build(context), runtime.build(context)]);
    expect(installations).toHaveLength(1);
    expect(new Set(builds.map((build) => build.facts.pythonPath)).size).toBe(1);
  });

  it.skipIf(noPip)('shows the last lines of a failed installation and leaves nothing behind', async () => {
    const cacheDirectory = temporaryDirectory();
    const directory = copyFixture('python3-packages');
    const building = buildFixture({ app: directory, cacheDirectory, spec: { runtime: 'python3' } });
    await expect(building).rejects.toMatchObject({
      code: 'runtime.build-failed',
      message: 'pip install failed: exit code 1.',
      details: { output: expect.arrayContaining([expect.stringContaining('tiny-package')]) },
    });
    expect(readdirSync(join(cacheDirectory, 'python'))).toEqual([]);
  });

  it.skipIf(noPython)('says which package brings pip when there is none', async () => {
    const withoutPip: RunCommand = async (command) => {
      if (command.args.includes('pip')) return { exitCode: 1, signal: null };
      return run(command);
    };
    const building = buildFixture({ app: packagesApp('x'), run: withoutPip, spec: { runtime: 'python3' } });
    await expect(building).rejects.toMatchObject({
      code: 'runtime.tool-missing',
      hints: [expect.stringContaining('python3-pip')],
    });
  });

  it.skipIf(noPython)('installs nothing for requirements that name nothing', async () => {
    const directory = copyFixture('python3-environment');
    writeFileSync(join(directory, 'requirements.txt'), '# nothing yet\n\n--no-index\n');
    const cacheDirectory = temporaryDirectory();
    const built = await buildFixture({ app: directory, cacheDirectory, spec: { runtime: 'python3' } });
    expect(built.build.facts.pythonPath).toBe('');
    expect(readdirSync(cacheDirectory)).toEqual([]);
    rmSync(directory, { recursive: true });
  });
});

/** Installs nothing, successfully. */
const pretending: RunCommand = async (command) =>
  command.args.includes('install') ? { exitCode: 0, signal: null } : run(command);

/** The fixture with the wheel that its requirements name. */
function packagesApp(name: string): string {
  const directory = copyFixture('python3-packages');
  const source = `NAME = '${name}'\n\n\ndef command():\n    print('from the command')\n`;
  writeWheel({
    directory: join(directory, 'wheels'),
    name: 'tiny_package',
    files: { 'tiny_package/__init__.py': source },
    commands: { 'tiny-command': 'tiny_package:command' },
  });
  return directory;
}
