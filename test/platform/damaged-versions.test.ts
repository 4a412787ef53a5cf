/** Live versions whose files are damaged on disk: put right at the start, or shown and put right by the same deploy. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPlatformBackend } from '../../src/adapters/platform/platform-backend.ts';
import { deploy } from '../../src/deploy/deploy.ts';
import { status } from '../../src/operate/status.ts';
import { startPlatform } from '../../src/platform/platform.ts';
import { systemClock } from '../../src/support/clock.ts';
import { digestOf } from '../../src/support/digest.ts';
import { homeDirectories } from '../../src/support/home-directories.ts';
import { call } from './router/client.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const yaml =
  'application: shop\nversion: one\nruntime: python27\nthreadsafe: true\nhandlers:\n- url: /\n  static_dir: site\n';

function place(directory: string, page: string): void {
  mkdirSync(join(directory, 'app', 'site'), { recursive: true });
  writeFileSync(join(directory, 'app', 'app.yaml'), yaml);
  writeFileSync(join(directory, 'app', 'site', 'page.txt'), page);
}

async function running(directory: string) {
  const platform = await startPlatform({
    directories: homeDirectories({ APPCFG_HOME: join(directory, 'home') }),
    host: '127.0.0.1',
    port: 0,
    controlPort: 0,
    assetsDirectory: resolve('runtimes'),
    environment: { PATH: process.env.PATH },
    clock: systemClock,
  });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await platform.close();
    isOpen = false;
  };
  onTestFinished(close);
  const { routerPort, controlPort, token } = platform.daemon;
  const backend = createPlatformBackend({ url: `http://127.0.0.1:${controlPort}`, token, createdBy: 'test' });
  const { signal } = new AbortController();
  return {
    close,
    backend,
    page: async () => (await call(routerPort, { path: '/page.txt', host: 'shop.localhost' })).body.toString(),
    damage: async () => {
      const { applications } = await status({ backend, signal, clock: systemClock });
      return applications.flatMap(({ modules }) => modules.flatMap(({ versions }) => versions.map((v) => v.isDamaged)));
    },
    deploy: () =>
      deploy(
        {
          paths: [join(directory, 'app')],
          workingDirectory: directory,
          manners: 'appcfg',
          overrides: { environmentVariables: {} },
          stopPrevious: false,
          isDryRun: false,
          autoOrder: false,
          allModules: false,
          commandName: 'appcfg update',
          createdBy: 'test',
        },
        {
          backend,
          reporter: { event: () => {}, confirm: async () => true },
          clock: systemClock,
          signal,
          cacheDirectory: join(directory, 'cache'),
        },
      ),
  };
}

function treeOf(directory: string): string {
  const trees = join(directory, 'home', 'state', 'trees', 'shop');
  const [digest = ''] = readdirSync(trees);
  return join(trees, digest);
}

function blobOf(directory: string, content: string): string {
  const digest = digestOf(content);
  return join(directory, 'home', 'state', 'blobs', 'blobs', digest.slice(0, 2), digest.slice(2));
}

describe('a live version', () => {
  it('that lost a file is whole again after a start', async () => {
    const directory = temporaryDirectory();
    place(directory, 'a page');
    const first = await running(directory);
    await first.deploy();
    await first.close();
    rmSync(join(treeOf(directory), 'site', 'page.txt'));
    const second = await running(directory);
    expect(await second.page()).toBe('a page');
    expect(await second.damage()).toEqual([undefined]);
    expect(await second.deploy()).toMatchObject({ outcome: 'unchanged' });
  });

  it('whose content is gone as well is shown, and put right by the same deploy', async () => {
    const directory = temporaryDirectory();
    place(directory, 'a page');
    const first = await running(directory);
    await first.deploy();
    await first.close();
    rmSync(join(treeOf(directory), 'site', 'page.txt'));
    rmSync(blobOf(directory, 'a page'));
    const second = await running(directory);
    expect(await second.damage()).toEqual([true]);
    const logs = await second.backend.logs?.query({ application: 'shop', minimumLevel: 'error' });
    expect(logs).toMatchObject([{ message: expect.stringContaining('are damaged') }]);
    expect(await second.deploy()).toMatchObject({ outcome: 'live', uploaded: { files: 1 } });
    expect(await second.page()).toBe('a page');
    expect(await second.damage()).toEqual([undefined]);
    expect(await second.deploy()).toMatchObject({ outcome: 'unchanged' });
  });

  it('whose content rotted is put right by the same deploy once that is found', async () => {
    const directory = temporaryDirectory();
    place(directory, 'a page');
    const first = await running(directory);
    await first.deploy();
    const blob = blobOf(directory, 'a page');
    chmodSync(blob, 0o644);
    writeFileSync(blob, 'A PAGE');
    utimesSync(blob, 1, 1);
    // Reading it finds it: download_app, or a new version that is made of it.
    const name = { application: 'shop', module: 'default', version: 'one' };
    await expect(first.backend.source?.read(name, 'site/page.txt')).rejects.toMatchObject({ code: 'blob.corrupt' });
    expect(await first.damage()).toEqual([true]);
    expect(await first.deploy()).toMatchObject({ outcome: 'live', uploaded: { files: 1 } });
    expect(await first.page()).toBe('a page');
    expect(readFileSync(blobOf(directory, 'a page'), 'utf8')).toBe('a page');
    expect(await first.damage()).toEqual([undefined]);
  });
});
