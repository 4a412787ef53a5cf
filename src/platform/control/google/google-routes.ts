/** The parts of Google's other APIs that tools for App Engine call: logs, cron jobs, queues, indexes. */

import { LOCATION } from '../../../protocol/admin/resources.ts';
import { signedIn, views } from '../../access/route-access.ts';
import { requireApplication } from '../../changes.ts';
import type { AdminParts } from '../admin/admin-parts.ts';
import { applicationOf } from '../admin/request-facts.ts';
import type { Route } from '../route-table.ts';
import { datastoreRoutes } from './datastore-routes.ts';
import { loggingRoutes } from './logging-routes.ts';
import { schedulerRoutes } from './scheduler-routes.ts';
import type { SettingsTurns } from './settings-turns.ts';
import { tasksRoutes } from './tasks-routes.ts';

export function googleRoutes(parts: AdminParts, turns: SettingsTurns): readonly Route[] {
  return [
    ...loggingRoutes(parts),
    projectsRoute(parts),
    ...locationRoutes(parts),
    ...serviceUsageRoutes(),
    ...schedulerRoutes(parts, turns),
    ...tasksRoutes(parts, turns),
    ...datastoreRoutes(parts, turns),
  ];
}

/** Resource Manager's list of projects: every application is one. */
function projectsRoute({ desired }: AdminParts): Route {
  return {
    method: 'GET',
    pattern: '/v1/projects',
    access: signedIn,
    handler: ({ caller }) => ({
      projects: desired
        .applications()
        .filter(({ id }) => caller.may('viewer', id))
        .map(({ id }) => ({ projectId: id, name: id, lifecycleState: 'ACTIVE' })),
    }),
  };
}

function locationRoutes(parts: AdminParts): readonly Route[] {
  return ['/v1', '/v1beta1', '/v2', '/v2beta2', '/v2beta3'].map((api) => ({
    method: 'GET',
    pattern: `${api}/projects/:app/locations`,
    access: views,
    handler: (request) => {
      const { id } = requireApplication(parts, applicationOf(request));
      const labels = { 'cloud.googleapis.com/region': LOCATION };
      return { locations: [{ name: `projects/${id}/locations/${LOCATION}`, locationId: LOCATION, labels }] };
    },
  }));
}

/** Tools ask whether an API is enabled before they use it; those that are here always are. */
function serviceUsageRoutes(): readonly Route[] {
  const service = '/v1/projects/:app/services/:service_name';
  const enabled = (application: string, name: string) => ({
    name: `projects/${application}/services/${name}`,
    parent: `projects/${application}`,
    config: { name },
    state: 'ENABLED',
  });
  return [
    {
      method: 'POST',
      pattern: `${service}:enable`,
      access: views,
      handler: (request) => {
        const state = enabled(applicationOf(request), request.parameters.service_name ?? '');
        const type = 'type.googleapis.com/google.api.serviceusage.v1.EnableServiceResponse';
        return { name: 'operations/noop.DONE_OPERATION', done: true, response: { '@type': type, service: state } };
      },
    },
    {
      method: 'GET',
      pattern: service,
      access: views,
      handler: (request) => enabled(applicationOf(request), request.parameters.service_name ?? ''),
    },
  ];
}
