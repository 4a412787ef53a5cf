/** The ordering rule: an application's default module is the first that it gets (S3, App Engine docs). */
import { join, resolve, sep } from 'node:path';
import { failure } from '../errors.ts';
import { type Application, findModule } from '../model/application.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import { commandLine } from './command-line.ts';
import type { DeployRequest } from './deploy-request.ts';
import type { DescribedModule } from './deploy-sources.ts';
import type { DeployIntent } from './intent.ts';

/**
 * The intent with its modules in an order that the backend accepts.
 * @throws AppcfgError `deploy.default-missing`, `deploy.default-not-first`; nothing was sent
 */
export function orderModules(
  intent: DeployIntent,
  current: Application | undefined,
  request: DeployRequest,
): DeployIntent {
  if (findModule(current, DEFAULT_MODULE)) return intent;
  const defaults = intent.modules.filter((module) => module.module === DEFAULT_MODULE);
  const [wanted] = defaults;
  const [first] = intent.modules;
  if (!wanted || !first) throw failure('deploy.default-missing', { application: intent.application });
  if (first.module === DEFAULT_MODULE) return intent;
  if (!request.autoOrder && !isDirectoryMode(request, intent.modules)) {
    const command = commandLine(request, pathsWithFirst(request, wanted));
    throw failure('deploy.default-not-first', { application: intent.application, first: first.module, command });
  }
  const others = intent.modules.filter((module) => module.module !== DEFAULT_MODULE);
  return { ...intent, modules: [...defaults, ...others] };
}

/** A path that is a module's directory, or above it, was not a file's. */
function isDirectoryMode(request: DeployRequest, modules: readonly DescribedModule[]): boolean {
  if (request.paths.length === 0) return true;
  return request.paths.some((path) => {
    const absolute = resolve(request.workingDirectory, path);
    return modules.some(({ directory }) => directory === absolute || directory.startsWith(join(absolute, sep)));
  });
}

function pathsWithFirst(request: DeployRequest, first: DescribedModule): readonly string[] {
  const file = resolve(request.workingDirectory, first.file);
  const isFirst = (path: string) => resolve(request.workingDirectory, path) === file;
  const own = request.paths.find(isFirst) ?? first.file;
  return [own, ...request.paths.filter((path) => path !== own)];
}
