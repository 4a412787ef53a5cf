/** The App Engine Admin API v1 and v1beta, under both of its families of paths. */
import { decidesInside } from '../../access/route-access.ts';
import type { Route } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { applicationRoutes, createApplication } from './application-routes.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { certificateRoutes } from './certificate-routes.ts';
import { domainRoutes } from './domain-routes.ts';
import { firewallRoutes } from './firewall-routes.ts';
import { instanceRoutes } from './instance-routes.ts';
import { operationRoutes } from './operation-routes.ts';
import { serviceRoutes } from './service-routes.ts';
import { versionRoutes } from './version-routes.ts';

const apis = ['/v1', '/v1beta'] as const;
/** The second family is newer; clients are expected to move to it. */
const families = ['apps/:app', 'projects/:project/locations/:location/applications/:app'] as const;

export function adminRoutes(parts: AdminParts): readonly Route[] {
  return apis.flatMap((api): readonly Route[] => [
    {
      method: 'POST',
      pattern: `${api}/apps`,
      access: decidesInside('create'),
      handler: (request) => createApplication(parts, request),
    },
    ...families.flatMap((family) => applicationFamily(parts, `${api}/${family}`)),
  ]);
}

function applicationFamily(parts: AdminParts, app: string): readonly Route[] {
  // Verbs behind a colon come first: an application id may hold a colon as well.
  return [
    ...catalogueRoutes(app),
    ...applicationRoutes(parts, app),
    ...serviceRoutes(parts, app),
    ...versionRoutes(parts, app),
    ...instanceRoutes(parts, app),
    ...operationRoutes(parts, app),
    ...firewallRoutes(parts, app),
    ...domainRoutes(parts, app),
    ...certificateRoutes(parts, app),
  ];
}
