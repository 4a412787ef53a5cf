/** Which version of which modules set-default-version and migrate-traffic mean: from a yaml file, or from flags. */
import { failure } from '../errors.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import type { OperateContext } from './operate-context.ts';
import { resolveVersions } from './resolve-target.ts';

export interface VersionOfModules {
  readonly application: string;
  readonly modules: readonly string[];
  readonly version: string;
}

export interface VersionOfModulesRequest {
  /** Yaml file or directory, as the user named it. */
  readonly path?: string | undefined;
  readonly application?: string | undefined;
  readonly modules?: readonly string[] | undefined;
  readonly version?: string | undefined;
  readonly workingDirectory: string;
  /** As the user spells it, for messages. */
  readonly command: string;
}

/**
 * @param connect only called when the command line is complete
 * @throws AppcfgError `usage.missing-argument`, `target.bad-files`, `application.ambiguous`
 */
export async function resolveVersionOfModules(
  connect: () => Promise<OperateContext>,
  request: VersionOfModulesRequest,
): Promise<VersionOfModules> {
  const { path, application, modules, version, workingDirectory, command } = request;
  if (path === undefined && version === undefined) {
    const missing = ['-V VERSION, or a directory or yaml file that names the version'];
    throw failure('usage.missing-argument', { command, missing });
  }
  const paths = path === undefined ? [] : [path];
  const [found] = await resolveVersions(await connect(), {
    application,
    version,
    module: modules?.[0],
    workingDirectory,
    paths,
  });
  return {
    application: found?.application ?? '',
    version: found?.version ?? '',
    modules: modules ?? [found?.module ?? DEFAULT_MODULE],
  };
}
