/** A whole platform in this process, with a home of its own that goes away with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createPlatformBackend } from '../../src/adapters/platform/platform-backend.ts';
import type { Backend } from '../../src/backend/backend.ts';
import { type RunningPlatform, startPlatform } from '../../src/platform/platform.ts';
import { systemClock } from '../../src/support/clock.ts';
import { homeDirectories } from '../../src/support/home-directories.ts';

export interface StartedPlatform {
  readonly home: string;
  readonly daemon: RunningPlatform['daemon'];
  readonly backend: Backend;
  /** Ends it, and removes all that is left. */
  cleanup(): Promise<void>;
}

export async function startedPlatform(): Promise<StartedPlatform> {
  const home = mkdtempSync(join(tmpdir(), 'appcfg-platform-'));
  const platform = await startPlatform({
    directories: homeDirectories({ APPCFG_HOME: home }),
    host: '127.0.0.1',
    port: 0,
    controlPort: 0,
    assetsDirectory: resolve(import.meta.dirname, '../../runtimes'),
    environment: { PATH: process.env.PATH },
    clock: systemClock,
  });
  const { daemon } = platform;
  const url = `http://127.0.0.1:${daemon.controlPort}`;
  const backend = createPlatformBackend({ url, token: daemon.token, createdBy: 'test' });
  return {
    home,
    daemon,
    backend,
    cleanup: async () => {
      await backend.close();
      await platform.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
