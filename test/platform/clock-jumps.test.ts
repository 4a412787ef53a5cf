/** A machine whose clock is set forward and back: what counts is the order of things, not the dates. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPlatformBackend } from '../../src/adapters/platform/platform-backend.ts';
import { deploy } from '../../src/deploy/deploy.ts';
import { DesiredState } from '../../src/platform/desired-state.ts';
import { startPlatform } from '../../src/platform/platform.ts';
import { openStateStore } from '../../src/platform/store/open-state-store.ts';
import { migrations } from '../../src/platform/store/schema.ts';
import { type Clock, systemClock } from '../../src/support/clock.ts';
import { homeDirectories } from '../../src/support/home-directories.ts';
import { call } from './router/client.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

/** The real one, off by as much as the test likes. */
function jumpingClock(): Clock & { offMs: number } {
  const clock = { ...systemClock, offMs: 0, now: () => Date.now() + clock.offMs };
  return clock;
}

it('deploys, collects and rolls back over jumps of years, and again after a restart', async () => {
  const directory = temporaryDirectory();
  const clock = jumpingClock();
  const app = join(directory, 'app');
  mkdirSync(join(app, 'site'), { recursive: true });
  writeFileSync(
    join(app, 'app.yaml'),
    'application: shop\nversion: one\nruntime: python27\nthreadsafe: true\nhandlers:\n- url: /\n  static_dir: site\n',
  );
  const start = async () => {
    const platform = await startPlatform({
      directories: homeDirectories({ APPCFG_HOME: join(directory, 'home') }),
      host: '127.0.0.1',
      port: 0,
      controlPort: 0,
      assetsDirectory: resolve('runtimes'),
      environment: { PATH: process.env.PATH },
      clock,
      keepReleases: 2,
    });
    let isOpen = true;
    const close = async () => {
      if (isOpen) await platform.close();
      isOpen = false;
    };
    onTestFinished(close);
    const { routerPort, controlPort, token } = platform.daemon;
    const url = `http://127.0.0.1:${controlPort}`;
    const backend = createPlatformBackend({ url, token, createdBy: 'test' });
    const page = async () => (await call(routerPort, { path: '/page.txt', host: 'shop.localhost' })).body.toString();
    const collect = async () => {
      const path = `${url}/appcfg/v1/platform:collect`;
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      expect((await fetch(path, { method: 'POST', headers, body: '{}' })).status).toBe(200);
    };
    const release = async (content: string) => {
      writeFileSync(join(app, 'site', 'page.txt'), content);
      const { signal } = new AbortController();
      const reporter = { event: () => {}, confirm: async () => true };
      const request = {
        paths: [app],
        workingDirectory: directory,
        manners: 'appcfg' as const,
        overrides: { environmentVariables: {} },
        stopPrevious: false,
        isDryRun: false,
        autoOrder: false,
        allModules: false,
        commandName: 'appcfg update',
        createdBy: 'test',
      };
      const report = await deploy(request, { backend, reporter, clock, signal, cacheDirectory: join(directory, 'c') });
      expect([report.outcome, await page()]).toEqual(['live', content]);
    };
    return { backend, page, collect, release, close };
  };

  let platform = await start();
  const deployments = new Set<string>();
  const jumps = [0, 10 * YEAR_MS, -10 * YEAR_MS, 3 * YEAR_MS, 0];
  for (const [index, offMs] of jumps.entries()) {
    clock.offMs = offMs;
    await platform.release(`page ${index}`);
    await platform.collect();
    const live = await platform.backend.describe('shop');
    deployments.add(live?.modules[0]?.versions[0]?.deploymentId ?? '');
    if (index % 2 === 0) continue;
    await platform.close();
    platform = await start();
    expect(await platform.page()).toBe(`page ${index}`);
  }
  expect(deployments.size).toBe(jumps.length);
  expect((await platform.backend.releases.list('shop')).map(({ id }) => id)).toEqual(['r5', 'r4']);
  await platform.backend.releases.rollback('shop', undefined);
  expect(await platform.page()).toBe('page 3');
  const [newest] = await platform.backend.operations.list('shop');
  expect(newest).toMatchObject({ kind: 'rollback', release: 'r6' });
});

describe('operations that were accepted while the clock went back', () => {
  it('are resumed in the order in which they were accepted, and listed newest first', async () => {
    const store = await openStateStore(join(temporaryDirectory(), 'platform.db'), migrations);
    onTestFinished(() => store.close());
    const desired = new DesiredState(store);
    const years = ['2030', '2010', '2020'];
    for (const year of years) {
      const createdAt = `${year}-01-01T00:00:00.000Z`;
      desired.begin({
        operation: {
          id: year,
          application: 'app',
          kind: 'stop',
          state: 'pending',
          createdAt,
          createdBy: '',
          events: [],
        },
        requestId: `request ${year}`,
        request: {},
      });
    }
    expect(desired.pendingOperations().map(({ operation }) => operation.id)).toEqual(years);
    expect(desired.operations('app').map(({ id }) => id)).toEqual([...years].reverse());
  });
});
