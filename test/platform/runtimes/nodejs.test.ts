/** Node applications: start command, environment, dependencies. */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRuntimes } from '../../../src/platform/runtimes/registry.ts';
import {
  assetsDirectory,
  buildFixture,
  copyFixture,
  fixtureDeployment,
  startFixture,
  temporaryDirectory,
} from './fixture-app.ts';
import { hasTool } from './tools.ts';

const noNpm = !hasTool('npm');
const major = process.versions.node.split('.')[0];

interface Shown {
  readonly environment: Readonly<Record<string, string>>;
}

describe('nodejs', () => {
  it('3.4b 3.7b starts what main names, with the documented environment', async () => {
    const environment = { ...process.env, SECRET_TOKEN: 'of the platform', NODE_EXTRA_CA_CERTS: '/platform.pem' };
    const app = await startFixture({ app: 'nodejs-main', environment, spec: { runtime: `nodejs${major}` } });
    const shown = (await app.json('/')) as Shown & { readonly file: string };
    expect(shown.file).toMatch(/lib\/serve\.js$/);
    expect(shown.environment).toMatchObject({
      NODE_ENV: 'production',
      GAE_RUNTIME: `nodejs${major}`,
      PORT: String(app.port),
    });
    const documented = /^(GAE_\w+|GOOGLE_CLOUD_PROJECT|PORT|PATH|HOME|TMPDIR|LANG|NODE_ENV|PWD|OLDPWD|SHLVL|_)$/;
    expect(Object.keys(shown.environment).filter((name) => !documented.test(name))).toEqual([]);
    expect(app.build.warnings).toEqual([]);
  });

  it('3.4c lets the yaml file choose NODE_ENV and says when Node is another one', async () => {
    const spec = { runtime: 'nodejs1', environmentVariables: { NODE_ENV: 'staging' } };
    const app = await startFixture({ app: 'nodejs-main', spec });
    expect(((await app.json('/')) as Shown).environment.NODE_ENV).toBe('staging');
    expect(app.build.warnings).toEqual([expect.stringContaining(`nodejs1 runs under Node ${major}.`)]);
  });

  it('uses the node_modules that were deployed, in place', async () => {
    const directory = copyFixture('nodejs-plain');
    mkdirSync(join(directory, 'node_modules', 'local'), { recursive: true });
    writeFileSync(join(directory, 'node_modules', 'local', 'index.js'), "exports.name = 'deployed with it';\n");
    writeFileSync(join(directory, 'package.json'), '{"dependencies": {"local": "*"}}');
    const app = await startFixture({ app: directory, spec: { runtime: 'nodejs' } });
    expect(await app.json('/')).toMatchObject({ local: 'deployed with it' });
    expect(app.command.cwd).toBe(directory);
  });

  it.skipIf(noNpm)(
    'installs the lock file once and runs the start script with its commands, ES modules included',
    async () => {
      const cacheDirectory = temporaryDirectory();
      const options = { app: 'nodejs-packages', cacheDirectory, spec: { runtime: 'nodejs' } };
      const app = await startFixture(options);
      await app.printed('before start');
      const runs = join(cacheDirectory, 'node-run');
      expect(await app.json('/')).toMatchObject({ answer: 42, cwd: join(runs, '800508627093924081') });
      expect(app.build.detail).toMatch(/, npm ci$/);
      const again = await buildFixture({ ...options, deploymentId: '2' });
      expect(again.build.detail).toMatch(/npm ci \(cached\)$/);
      expect(readdirSync(join(cacheDirectory, 'node'))).toHaveLength(1);
      expect(existsSync('test/fixtures/apps/nodejs-packages/node_modules')).toBe(false);

      const runtime = createRuntimes({ assetsDirectory, environment: process.env })('nodejs', 'standard');
      await runtime.dispose?.(fixtureDeployment({ ...options, deploymentId: '2' }), cacheDirectory);
      expect(readdirSync(runs)).toEqual(['800508627093924081']);
    },
  );

  it.skipIf(noNpm)('links the files of the version instead of copying them', async () => {
    const directory = copyFixture('nodejs-packages');
    const cacheDirectory = temporaryDirectory();
    const built = await buildFixture({ app: directory, cacheDirectory, spec: { runtime: 'nodejs' } });
    const { cwd } = built.command(1);
    expect(statSync(join(cwd, 'server/main.js')).ino).toBe(statSync(join(directory, 'server/main.js')).ino);
  });

  it.skipIf(noNpm)('shows the last lines of a failed installation and leaves nothing behind', async () => {
    const directory = copyFixture('nodejs-packages');
    writeFileSync(join(directory, 'package-lock.json'), '{"lockfileVersion": 3, "packages": {}}');
    const cacheDirectory = temporaryDirectory();
    const building = buildFixture({ app: directory, cacheDirectory, spec: { runtime: 'nodejs' } });
    await expect(building).rejects.toMatchObject({
      code: 'runtime.build-failed',
      details: { step: 'npm ci', output: expect.arrayContaining([expect.stringContaining('package-lock.json')]) },
    });
    expect(readdirSync(join(cacheDirectory, 'node'))).toEqual([]);
  });

  it('3.7b explains a package.json that is not JSON, and an application without a start', async () => {
    const directory = copyFixture('nodejs-main');
    writeFileSync(join(directory, 'package.json'), '{"main":');
    const broken = buildFixture({ app: directory, spec: { runtime: 'nodejs' } });
    await expect(broken).rejects.toMatchObject({
      code: 'runtime.build-failed',
      details: { step: 'Reading package.json' },
    });
    const nothing = buildFixture({ app: 'java-jar', spec: { runtime: 'nodejs' } });
    await expect(nothing).rejects.toMatchObject({ code: 'runtime.entrypoint-missing' });
  });
});
