/** The protocol of the original appcfg at `/api/`, so that it still deploys and manages applications. */
import { signedIn } from '../../access/route-access.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import { deployRoutes } from './deploy-routes.ts';
import type { LegacyParts } from './legacy-parts.ts';
import { type LegacyRoutesOptions, legacyRoute, refusal } from './legacy-request.ts';
import { requestLogRoutes } from './request-log-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { versionRoutes } from './version-routes.ts';

export function legacyRoutes(parts: LegacyParts, options: LegacyRoutesOptions): readonly Route[] {
  return [
    ...deployRoutes(parts, options),
    ...versionRoutes(parts, options),
    ...settingsRoutes(parts, options),
    ...requestLogRoutes(parts, options),
    ...legacyRoute('updatecheck', updateCheck, signedIn, options),
    ...goneRoutes(options),
  ];
}

/** The newest version there is, is the one that asks. */
function updateCheck({ query }: RouteRequest): string {
  const release = (query.get('release') ?? '').replaceAll(/[^\w.-]/g, '').slice(0, 32);
  const timestamp = Number(query.get('timestamp')) || 0;
  return `release: "${release}"\ntimestamp: ${timestamp}\napi_versions: ["1"]\n`;
}

/** What Google's server ended long before; the answer says what to use. */
function goneRoutes(options: LegacyRoutesOptions): readonly Route[] {
  const backends = ['list', 'start', 'stop', 'delete', 'configure'].map((name) => `backends/${name}`);
  const machines = ['debug', 'debugstate', 'lock', 'prepare'].map((name) => `vms/${name}`);
  const gone = (reason: string) => (path: string) =>
    legacyRoute(
      path,
      () => {
        throw refusal(reason);
      },
      signedIn,
      options,
    );
  return [
    ...backends.flatMap(gone('Backends are not supported; write a module with basic or manual scaling')),
    ...machines.flatMap(
      gone('There are no virtual machines here: instances are processes, and their logs say what they do'),
    ),
  ];
}
