/** The current state of an application, and the parts of it that other use cases name. */
import { failure } from '../errors.ts';
import { type Application, findModule, findVersion, type Module, type Version } from '../model/application.ts';
import type { OperateContext } from './operate-context.ts';

/** @throws AppcfgError `application.not-found` */
export async function describeApplication(context: OperateContext, application: string): Promise<Application> {
  const found = await context.backend.describe(application, { signal: context.signal });
  if (!found) throw failure('application.not-found', { application });
  return found;
}

/** @throws AppcfgError `module.not-found` with the known names */
export function requireModule(application: Application, module: string): Module {
  const found = findModule(application, module);
  if (found) return found;
  const known = application.modules.map(({ name }) => name);
  throw failure('module.not-found', { application: application.id, module, known });
}

/** @throws AppcfgError `module.not-found`, `version.not-found` with the known names */
export function requireVersion(application: Application, module: string, version: string): Version {
  const found = requireModule(application, module);
  const live = findVersion(found, version);
  if (live) return live;
  const known = found.versions.map(({ id }) => id);
  throw failure('version.not-found', { application: application.id, module, version, known });
}
