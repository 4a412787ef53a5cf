/** Instances: list, look, shut down. */

import { failure } from '../../../errors.ts';
import { instanceResource } from '../../../protocol/admin/resources.ts';
import { deploys, views } from '../../access/route-access.ts';
import { requireVersion } from '../../changes.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { versionOf } from './lookup.ts';
import { page } from './page.ts';
import { applicationOf, refused, targetOf } from './request-facts.ts';
import { doneAtOnce } from './run-change.ts';

export function instanceRoutes(parts: AdminParts, app: string): readonly Route[] {
  const instances = `${app}/services/:service/versions/:version/instances`;
  return [
    {
      method: 'GET',
      pattern: instances,
      access: views,
      handler: (request) => {
        const found = instancesOf(parts, request).map(({ resource }) => resource);
        return page('instances', found, request.query);
      },
    },
    {
      method: 'POST',
      pattern: `${instances}/:instance:debug`,
      access: deploys('debug instance'),
      handler: (request) => {
        requireInstance(parts, request);
        throw refused(
          'Instances here are processes of this machine, not virtual machines that could be put into debug mode',
        );
      },
    },
    {
      method: 'GET',
      pattern: `${instances}/:instance`,
      access: views,
      handler: (request) => requireInstance(parts, request).resource,
    },
    {
      method: 'DELETE',
      pattern: `${instances}/:instance`,
      access: deploys('stop instance'),
      handler: (request) => stopInstance(parts, request),
    },
  ];
}

async function stopInstance(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const { value } = requireVersion(parts, targetOf(request));
  const { id } = requireInstance(parts, request);
  await parts.engine.stopInstance(value.deploymentId, id);
  const { module, version } = targetOf(request);
  const target = `services/${module}/versions/${version}/instances/${id}`;
  return doneAtOnce(parts, request, { method: 'Instances.DeleteInstance', target });
}

function requireInstance(parts: AdminParts, request: RouteRequest) {
  const instance = request.parameters.instance ?? '';
  const found = instancesOf(parts, request).find(({ id }) => id === instance);
  if (found) return found;
  const { module, version } = targetOf(request);
  throw failure('instance.not-found', { module, version, instance });
}

function instancesOf(parts: AdminParts, request: RouteRequest) {
  const { module, version } = versionOf(parts, request);
  const isResident = version.spec.scaling.type === 'manual';
  return parts.engine
    .instances(applicationOf(request))
    .filter((instance) => instance.module === module.name && instance.version === version.id)
    .map((instance) => ({ id: instance.id, resource: instanceResource(instance, isResident) }));
}
