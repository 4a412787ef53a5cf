/** A running platform -> where it answers. */
import type { LocalPlatformStatus } from '../../adapters/registry.ts';
import { isolationText } from './isolation.ts';
import { renderPairs } from './pairs.ts';
import { localTime } from './quantity.ts';
import type { Style } from './style.ts';

export type PlatformAddress = Omit<LocalPlatformStatus, 'applications'>;

export function renderPlatformStatus(status: LocalPlatformStatus, style: Style): string {
  const { applications, isolation } = status;
  return renderPairs(
    [
      ['State', style.green('running')],
      ['Version', status.version],
      ['Process', String(status.pid)],
      ['Since', localTime(status.startedAt)],
      ['Applications at', applicationAddress(status)],
      ['Control API', `http://127.0.0.1:${status.controlPort}/`],
      ['Isolation', isolation && isolationText(isolation)],
      ['Applications', applications.length === 0 ? 'none yet' : applications.join(', ')],
    ],
    style,
  );
}

export function renderPlatformReady(status: PlatformAddress): string {
  return `The platform is running (process ${status.pid}); applications answer at ${applicationAddress(status)}`;
}

function applicationAddress({ routerPort }: PlatformAddress): string {
  return `http://APPLICATION.localhost:${routerPort}/`;
}
