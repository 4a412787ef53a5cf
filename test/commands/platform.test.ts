import { expect, it } from 'vitest';
import type { LocalPlatform, LocalPlatformStatus } from '../../src/adapters/registry.ts';
import { openTerminal } from './terminal.ts';

const status: LocalPlatformStatus = {
  pid: 42,
  version: '0.1.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  host: '127.0.0.1',
  routerPort: 8081,
  controlPort: 8090,
  applications: ['shop'],
};

function fakePlatform() {
  const starts: Parameters<LocalPlatform['start']>[0][] = [];
  const collections: Parameters<LocalPlatform['collect']>[0][] = [];
  let isRunning = false;
  const platform: LocalPlatform = {
    find: async () => (isRunning ? status : undefined),
    start: async (ports) => {
      const wasStarted = !isRunning;
      isRunning = true;
      if (wasStarted) starts.push(ports);
      return { status, wasStarted, notes: wasStarted ? ['Port 8080 is in use; listening on 8081.'] : [] };
    },
    stop: async () => {
      const wasRunning = isRunning;
      isRunning = false;
      return wasRunning;
    },
    collect: async (wish) => {
      collections.push(wish);
      return isRunning ? { releases: 2, directories: 1, blobs: 3, bytes: 4000, isComplete: true } : undefined;
    },
  };
  return { platform, starts, collections };
}

it('is started, looked at and stopped', async () => {
  const { platform, starts } = fakePlatform();
  const terminal = openTerminal({ platform });
  expect(await terminal.run('platform', 'status')).toMatchObject({ code: 1 });
  const started = await terminal.run('platform', 'start', '--port', '8081');
  expect(started.stdout).toBe(
    'The platform is running (process 42); applications answer at http://APPLICATION.localhost:8081/\n',
  );
  expect(started.stderr).toBe('Port 8080 is in use; listening on 8081.\n');
  expect(starts).toEqual([{ port: 8081, controlPort: undefined }]);
  const { code, stdout } = await terminal.run('platform', 'status');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Applications +shop$/m);
  expect(await terminal.json('platform', 'status')).toEqual({ isRunning: true, ...status });
  expect((await terminal.run('platform', 'stop')).stdout).toBe('The platform has stopped.\n');
  expect((await terminal.run('platform', 'stop')).stdout).toBe('The platform was not running.\n');
});

it('is started with the isolation that is asked for', async () => {
  const { platform, starts } = fakePlatform();
  const terminal = openTerminal({ platform });
  await terminal.run('platform', 'start', '--isolation', 'process', '--require-isolation', 'process');
  expect(starts).toEqual([{ isolation: 'process', requiredIsolation: 'process' }]);
  expect((await terminal.run('platform', 'start', '--require-isolation', 'auto')).code).toBe(2);
});

it('is restarted', async () => {
  const { platform, starts } = fakePlatform();
  const terminal = openTerminal({ platform });
  expect(await terminal.json('platform', 'restart')).toMatchObject({ wasRunning: false, pid: 42 });
  expect(await terminal.json('platform', 'restart')).toMatchObject({ wasRunning: true });
  expect(starts).toHaveLength(2);
});

it('says what it would do with --dry-run, and does nothing', async () => {
  const { platform, starts } = fakePlatform();
  const terminal = openTerminal({ platform });
  expect((await terminal.run('platform', 'start', '--dry-run')).stdout).toBe('The platform would be started.\n');
  expect(starts).toEqual([]);
  await terminal.run('platform', 'start');
  expect((await terminal.run('platform', 'restart', '--dry-run')).stdout).toBe(
    'The platform would be stopped and started.\n',
  );
  expect((await terminal.run('platform', 'stop', '--dry-run')).stdout).toBe('The platform would be stopped.\n');
  expect(await terminal.json('platform', 'status')).toMatchObject({ isRunning: true });
});

it('refuses ports that are none', async () => {
  const { platform } = fakePlatform();
  const terminal = openTerminal({ platform });
  for (const port of ['x', '-1', '65536', '80.5']) {
    const { code, stderr } = await terminal.run('platform', 'start', `--port=${port}`);
    expect(code).toBe(2);
    expect(stderr).toContain('a port is a number from 0 to 65535');
  }
});

it('is told to let go of what nothing needs, or asked what that would be', async () => {
  const { platform, collections } = fakePlatform();
  const terminal = openTerminal({ platform });
  expect(await terminal.run('platform', 'collect')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('The platform is not running.'),
  });
  await terminal.run('platform', 'start');
  expect((await terminal.run('platform', 'collect', '--keep', '3')).stdout).toBe(
    'Deleted: 2 releases, 1 version directory, 3 files (4.0 kB).\n',
  );
  expect((await terminal.run('platform', 'collect', '--dry-run')).stdout).toMatch(/^This would be deleted: 2 /);
  expect(collections.slice(1)).toEqual([
    { keepReleases: 3, isDryRun: false },
    { keepReleases: undefined, isDryRun: true },
  ]);
  expect(await terminal.run('platform', 'collect', '--keep', '0')).toMatchObject({ code: 2 });
});
