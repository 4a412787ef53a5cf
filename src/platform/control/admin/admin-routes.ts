/** The Admin API v1: reading everything, and changing traffic, serving status and instances. */
import { failure } from '../../../errors.ts';
import { type Application, findModule, findVersion, type Module, type Version } from '../../../model/application.ts';
import {
  applicationResource,
  instanceResource,
  operationResource,
  serviceResource,
} from '../../../protocol/admin/resources.ts';
import { type VersionView, versionResource } from '../../../protocol/admin/version-resource.ts';
import { applicationView } from '../../application-view.ts';
import { requireApplication } from '../../changes.ts';
import type { ControlParts } from '../extension-routes.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import { changeRoutes } from './admin-changes.ts';
import { page } from './page.ts';

const roots = ['/v1', '/v1beta'] as const;

export function adminRoutes(parts: ControlParts): readonly Route[] {
  return roots.flatMap((root) => [
    ...viewRoutes(parts, `${root}/apps/:app`),
    ...changeRoutes(parts, `${root}/apps/:app`),
  ]);
}

function viewRoutes(parts: ControlParts, app: string): readonly Route[] {
  const service = `${app}/services/:service`;
  const version = `${service}/versions/:version`;
  return [
    { method: 'GET', pattern: app, handler: (request) => applicationResource(viewOf(parts, request)) },
    {
      method: 'GET',
      pattern: `${app}/services`,
      handler: (request) => {
        const { id, modules } = viewOf(parts, request);
        return page(
          'services',
          modules.map((module) => serviceResource(id, module)),
          request.query,
        );
      },
    },
    {
      method: 'GET',
      pattern: service,
      handler: (request) => serviceResource(request.parameters.app ?? '', moduleOf(parts, request)),
    },
    {
      method: 'GET',
      pattern: `${service}/versions`,
      handler: (request) => {
        const module = moduleOf(parts, request);
        const show = (found: Version) =>
          versionResource(request.parameters.app ?? '', module, found, viewParameter(request));
        return page('versions', module.versions.map(show), request.query);
      },
    },
    {
      method: 'GET',
      pattern: version,
      handler: (request) => {
        const { module, version: found } = versionOf(parts, request);
        return versionResource(request.parameters.app ?? '', module, found, viewParameter(request));
      },
    },
    {
      method: 'GET',
      pattern: `${version}/instances`,
      handler: (request) =>
        page(
          'instances',
          instancesOf(parts, request).map((instance) => instance.resource),
          request.query,
        ),
    },
    {
      method: 'GET',
      pattern: `${version}/instances/:instance`,
      handler: (request) => {
        const { service: module = '', version: name = '', instance = '' } = request.parameters;
        const found = instancesOf(parts, request).find((candidate) => candidate.id === instance);
        if (!found) throw failure('instance.not-found', { module, version: name, instance });
        return found.resource;
      },
    },
    {
      method: 'GET',
      pattern: `${app}/operations`,
      handler: ({ parameters, query }) => {
        const pendingOnly = query.get('filter') === 'done:false';
        const operations = parts.operations
          .list(parameters.app ?? '')
          .filter((operation) => !pendingOnly || operation.state === 'pending');
        return page(
          'operations',
          operations.map((operation) => operationResource(operation)),
          query,
        );
      },
    },
    {
      method: 'GET',
      pattern: `${app}/operations/:operation`,
      handler: ({ parameters }) => {
        const operation = parts.operations.get(parameters.operation ?? '');
        if (operation.application !== parameters.app) throw failure('operation.not-found', { operation: operation.id });
        return operationResource(operation);
      },
    },
  ];
}

export function viewOf(parts: ControlParts, { parameters }: Pick<RouteRequest, 'parameters'>): Application {
  const record = requireApplication(parts, parameters.app ?? '');
  return applicationView(record, parts.desired.deployments(record.id), parts.defaultHostname(record.id));
}

export function moduleOf(parts: ControlParts, request: Pick<RouteRequest, 'parameters'>): Module {
  const application = viewOf(parts, request);
  const name = request.parameters.service ?? '';
  const module = findModule(application, name);
  if (module) return module;
  const known = application.modules.map((candidate) => candidate.name);
  throw failure('module.not-found', { application: application.id, module: name, known });
}

export function versionOf(
  parts: ControlParts,
  request: Pick<RouteRequest, 'parameters'>,
): { readonly module: Module; readonly version: Version } {
  const module = moduleOf(parts, request);
  const name = request.parameters.version ?? '';
  const version = findVersion(module, name);
  if (version) return { module, version };
  const known = module.versions.map((candidate) => candidate.id);
  throw failure('version.not-found', {
    application: request.parameters.app ?? '',
    module: module.name,
    version: name,
    known,
  });
}

function instancesOf(parts: ControlParts, request: RouteRequest) {
  const { module, version } = versionOf(parts, request);
  const isResident = version.spec.scaling.type === 'manual';
  return parts.engine
    .instances(request.parameters.app ?? '')
    .filter((instance) => instance.module === module.name && instance.version === version.id)
    .map((instance) => ({ id: instance.id, resource: instanceResource(instance, isResident) }));
}

function viewParameter({ query }: RouteRequest): VersionView {
  return query.get('view') === 'FULL' ? 'FULL' : 'BASIC';
}
