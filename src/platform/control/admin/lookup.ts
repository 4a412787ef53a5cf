/** Finds what a request's path names, or fails with what there is. */
import { failure } from '../../../errors.ts';
import { type Application, findModule, findVersion, type Module, type Version } from '../../../model/application.ts';
import { applicationView } from '../../application-view.ts';
import { requireApplication } from '../../changes.ts';
import type { ControlParts } from '../extension-routes.ts';
import type { RouteRequest } from '../route-table.ts';
import { applicationOf } from './request-facts.ts';

type Parts = Pick<ControlParts, 'desired' | 'defaultHostname'>;
type Request = Pick<RouteRequest, 'parameters'>;

/** @throws AppcfgError `application.not-found` */
export function viewOf(parts: Parts, application: string): Application {
  const record = requireApplication(parts, application);
  return applicationView(record, {
    deployments: parts.desired.deployments(record.id),
    defaultHostname: parts.defaultHostname(record.id),
  });
}

/** @throws AppcfgError `application.not-found`, `module.not-found` */
export function moduleOf(parts: Parts, request: Request): Module {
  const application = viewOf(parts, applicationOf(request));
  const name = request.parameters.service ?? '';
  const module = findModule(application, name);
  if (module) return module;
  const known = application.modules.map((candidate) => candidate.name);
  throw failure('module.not-found', { application: application.id, module: name, known });
}

/** @throws AppcfgError `application.not-found`, `module.not-found`, `version.not-found` */
export function versionOf(parts: Parts, request: Request): { readonly module: Module; readonly version: Version } {
  const module = moduleOf(parts, request);
  const name = request.parameters.version ?? '';
  const version = findVersion(module, name);
  if (version) return { module, version };
  const known = module.versions.map((candidate) => candidate.id);
  const application = applicationOf(request);
  throw failure('version.not-found', { application, module: module.name, version: name, known });
}
