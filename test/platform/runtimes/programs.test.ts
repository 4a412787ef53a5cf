/** Entrypoints, Java, Go and PHP, static versions, and names that nothing serves. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRuntimes } from '../../../src/platform/runtimes/registry.ts';
import {
  assetsDirectory,
  buildFixture,
  copyFixture,
  scriptHandler,
  startFixture,
  temporaryDirectory,
} from './fixture-app.ts';
import { hasTool } from './tools.ts';

const nothing = { PATH: '/nonexistent' };

describe('entrypoints', () => {
  it('3.7g run in the directory of the version, with $PORT and nothing of the platform', async () => {
    const app = await startFixture({
      app: 'custom-entrypoint',
      environment: { ...process.env, SECRET_TOKEN: 'of the platform' },
      spec: {
        runtime: 'custom',
        environment: 'flexible',
        entrypoint: `"${process.execPath}" sub/server.cjs $PORT "a b"`,
      },
    });
    const shown = (await app.json('/')) as { arguments: string[]; cwd: string; environment: Record<string, string> };
    expect(shown.arguments).toEqual([String(app.port), 'a b']);
    expect(shown.cwd).toMatch(/custom-entrypoint$/);
    expect(shown.environment).toMatchObject({
      GAE_MODULE_NAME: 'default',
      GAE_SERVER_PORT: String(app.port),
      GAE_PARTITION: 's',
    });
    expect(shown.environment).not.toHaveProperty('GAE_ENV');
    expect(shown.environment).not.toHaveProperty('SECRET_TOKEN');
  });

  it('take the place of our launcher in the first generation too', async () => {
    const entrypoint = `"${process.execPath}" sub/server.cjs $PORT`;
    const app = await startFixture({ app: 'custom-entrypoint', spec: { runtime: 'python27', entrypoint } });
    expect(await app.json('/')).toMatchObject({
      environment: { CURRENT_MODULE_ID: 'default', APPENGINE_RUNTIME: 'python27' },
    });
  });

  it('may be several commands', async () => {
    const entrypoint = `cd sub && NAME=1 "${process.execPath}" server.cjs "$PORT"`;
    const app = await startFixture({ app: 'custom-entrypoint', spec: { runtime: 'ruby32', entrypoint } });
    expect(await app.json('/')).toMatchObject({ cwd: expect.stringMatching(/sub$/) });
  });

  it('3.7e are asked for where nothing else says what to start', async () => {
    for (const runtime of ['custom', 'ruby32']) {
      const building = buildFixture({ app: 'custom-entrypoint', spec: { runtime } });
      await expect(building).rejects.toMatchObject({ code: 'runtime.entrypoint-missing' });
    }
  });
});

describe('java', () => {
  it.skipIf(!hasTool('javac') || !hasTool('jar'))(
    '3.7f runs the executable jar with a heap that fits the instance',
    async () => {
      const directory = temporaryDirectory();
      const classes = temporaryDirectory();
      execFileSync('javac', ['-d', classes, 'test/fixtures/apps/java-jar/Main.java']);
      execFileSync('jar', [
        '--create',
        '--file',
        join(directory, 'app.jar'),
        '--main-class',
        'Main',
        '-C',
        classes,
        '.',
      ]);
      const app = await startFixture({ app: directory, memoryMiB: 200, spec: { runtime: 'java17' } });
      const [heap, service] = (await app.ask('/')).body.split(' ');
      expect(Number(heap)).toBeGreaterThan(100);
      expect(Number(heap)).toBeLessThanOrEqual(120);
      expect(service).toBe('default');
    },
  );

  it.skipIf(!hasTool('java'))('says what it can run when it finds something else', async () => {
    const directory = copyFixture('java-jar');
    const build = () => buildFixture({ app: directory, spec: { runtime: 'java21' } });
    await expect(build()).rejects.toMatchObject({ code: 'runtime.layout-unsupported', details: { found: 'no jar' } });
    writeFileSync(join(directory, 'a.jar'), '');
    writeFileSync(join(directory, 'b.jar'), '');
    await expect(build()).rejects.toMatchObject({ details: { found: '2 jars (a.jar, b.jar)' } });
  });
});

describe('tools that the machine lacks', () => {
  it.each([
    ['java17', 'default-jre-headless'],
    ['go122', 'golang-go'],
    ['php82', 'php-cli'],
    ['python27', 'python3'],
    ['python312', 'python3'],
  ])('are named for %s with their package', async (runtime, debianPackage) => {
    const building = buildFixture({
      app: 'custom-entrypoint',
      environment: { ...nothing, HOME: '/nonexistent' },
      spec: { runtime },
    });
    await expect(building).rejects.toMatchObject({
      code: 'runtime.tool-missing',
      hints: [`On Debian and Ubuntu: apt-get install ${debianPackage}`],
    });
  });

  it('is reported when APPCFG_PYTHON27 names something else', async () => {
    const environment = { ...process.env, APPCFG_PYTHON27: process.execPath };
    const building = buildFixture({ app: 'python27-probe', environment, spec: { runtime: 'python27' } });
    await expect(building).rejects.toMatchObject({
      code: 'runtime.tool-unusable',
      details: { path: process.execPath },
    });
  });
});

describe('go', () => {
  it.skipIf(!hasTool('go'))('3.7c builds the main package once for equal sources', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'go.mod'), 'module example.com/hello\n\ngo 1.19\n');
    writeFileSync(
      join(directory, 'main.go'),
      'package main\n\nimport ("net/http"; "os")\n\nfunc main() {\n\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("from go")) })\n\thttp.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)\n}\n',
    );
    const cacheDirectory = temporaryDirectory();
    const app = await startFixture({ app: directory, cacheDirectory, spec: { runtime: 'go122' } });
    expect((await app.ask('/')).body).toBe('from go');
    const again = await buildFixture({ app: directory, cacheDirectory, spec: { runtime: 'go122' } });
    expect(again.build.detail).toBe('go build (cached)');
  });

  it('runs a program that was built before, without a compiler', async () => {
    const entrypoint = `"${process.execPath}" sub/server.cjs $PORT`;
    const app = await startFixture({
      app: 'custom-entrypoint',
      environment: nothing,
      spec: { runtime: 'go122', entrypoint },
    });
    expect((await app.ask('/')).status).toBe(200);
  });
});

describe('php', () => {
  it.skipIf(!hasTool('php'))('3.7d runs the script of the first handler that matches, never one outside', async () => {
    const directory = temporaryDirectory();
    writeFileSync(
      join(directory, 'page.php'),
      '<?php $x = 1; function x() { global $x; return $x; } echo "page ", x(), $_SERVER["REMOTE_ADDR"];',
    );
    const handlers = [scriptHandler('/(.*)\\.html', '\\1.php')];
    const app = await startFixture({ app: directory, spec: { runtime: 'php82', handlers } });
    const headers = { 'X-Appengine-User-IP': '203.0.113.9' };
    expect((await app.ask('/page.html', { headers })).body).toBe('page 1203.0.113.9');
    expect((await app.ask('/..%2Fother.html')).status).toBe(404);
    expect((await app.ask('/nothing')).status).toBe(404);
  });
});

describe('the registry', () => {
  const find = createRuntimes({ assetsDirectory, environment: process.env });

  it.each([
    ['python', 'standard', 'python27'],
    ['python27', 'standard', 'python27'],
    ['python-compat', 'flexible', 'python27'],
    ['python', 'flexible', 'python3'],
    ['python312', 'standard', 'python3'],
    ['nodejs20', 'standard', 'nodejs'],
    ['nodejs', 'flexible', 'nodejs'],
    ['java8', 'standard', 'java'],
    ['go', 'standard', 'go'],
    ['go122', 'standard', 'go'],
    ['php55', 'standard', 'php'],
    ['ruby32', 'standard', 'custom'],
    ['custom', 'flexible', 'custom'],
    ['static', 'standard', 'static'],
  ] as const)('gives %s (%s) to %s', (runtime, environment, name) => {
    expect(find(runtime, environment).name).toBe(name);
  });

  it('names what it knows for a name it does not', () => {
    expect(() => find('cobol', 'standard')).toThrow('There is no runtime cobol.');
  });
});

describe('static versions', () => {
  it('3.7h need no build, and no scripts', async () => {
    const built = await buildFixture({ app: 'custom-entrypoint', spec: { runtime: 'static' } });
    expect(built.build.facts).toEqual({});
    const handlers = [scriptHandler('/.*', 'main.app')];
    const scripted = buildFixture({ app: 'custom-entrypoint', spec: { runtime: 'static', handlers } });
    await expect(scripted).rejects.toMatchObject({ code: 'runtime.layout-unsupported' });
  });
});
