/** A running platform -> where it answers. */
import type { LocalPlatformStatus } from '../../adapters/registry.ts';
import { isolationText } from './isolation.ts';
import { renderPairs } from './pairs.ts';
import { localTime } from './quantity.ts';
import type { Style } from './style.ts';

export type PlatformAddress = Omit<LocalPlatformStatus, 'applications'> & {
  /** For other machines, over TLS. */
  readonly listening?: { readonly host: string; readonly port: number };
};

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
  const { pid, listening } = status;
  const remote = listening && `; other machines sign in at https://${nameOf(listening.host)}:${listening.port}`;
  return `The platform is running (process ${pid}); applications answer at ${applicationAddress(status)}${remote ?? ''}`;
}

/** `0.0.0.0` is no address to sign in at. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'HOST';
  return host.includes(':') ? `[${host}]` : host;
}

function applicationAddress({ routerPort }: PlatformAddress): string {
  return `http://APPLICATION.localhost:${routerPort}/`;
}
