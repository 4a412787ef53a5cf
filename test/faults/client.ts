/** The tool's own deploy, in this process: a client without the start of a process. */
import { join } from 'node:path';
import { createPlatformBackend } from '../../src/adapters/platform/platform-backend.ts';
import type { Backend } from '../../src/backend/backend.ts';
import { deploy } from '../../src/deploy/deploy.ts';
import type { DeployReport } from '../../src/deploy/deploy-report.ts';
import { systemClock } from '../../src/support/clock.ts';
import { APPLICATION } from './marked-application.ts';
import type { Machine, RunningPlatform } from './platform-process.ts';

export interface ClientAddress {
  readonly controlPort: number;
  readonly token: string;
}

export function backendOf({ controlPort, token }: ClientAddress): Backend {
  return createPlatformBackend({ url: `http://127.0.0.1:${controlPort}`, token, createdBy: 'tester' });
}

export function deployTo(
  address: ClientAddress,
  machine: Machine,
  paths: readonly string[],
  backend = backendOf(address),
): Promise<DeployReport> {
  const request = {
    paths,
    workingDirectory: machine.directory,
    manners: 'appcfg',
    overrides: { environmentVariables: {} },
    stopPrevious: false,
    isDryRun: false,
    autoOrder: false,
    allModules: false,
    commandName: 'appcfg update',
    createdBy: 'tester',
  } as const;
  return deploy(request, {
    backend,
    reporter: { event: () => {}, confirm: async () => true },
    clock: systemClock,
    signal: new AbortController().signal,
    cacheDirectory: join(machine.directory, 'cache'),
  });
}

/** Resolves when nothing of the application is pending any more. */
export async function settled(platform: RunningPlatform): Promise<void> {
  const { operations } = backendOf(platform);
  for (const { id, state } of await operations.list(APPLICATION)) {
    if (state === 'pending') await operations.wait(APPLICATION, id).catch(() => {});
  }
}
