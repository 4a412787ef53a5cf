/** Which version of which modules set-default-version and migrate-traffic mean: from a yaml file, or from flags. */
import { failure } from '../errors.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import { resolveVersions } from '../operate/resolve-target.ts';
import type { Session } from './session.ts';

export interface VersionOfModules {
  readonly application: string;
  readonly modules: readonly string[];
  readonly version: string;
}

/** @throws AppcfgError `usage.missing-argument`, and what the yaml file has wrong */
export async function resolveDefaultVersion(
  session: Session,
  named: {
    readonly path?: string | undefined;
    readonly application?: string | undefined;
    readonly module?: readonly string[] | undefined;
    readonly version?: string | undefined;
    readonly command: string;
  },
): Promise<VersionOfModules> {
  const { path, application, module, version, command } = named;
  if (path === undefined && version === undefined) {
    const missing = ['-V VERSION, or a directory or yaml file that names the version'];
    throw failure('usage.missing-argument', { command, missing });
  }
  const paths = path === undefined ? [] : [path];
  const target = { application, version, module: module?.[0], workingDirectory: session.workingDirectory, paths };
  const [found] = await resolveVersions(await session.context(), target);
  return {
    application: found?.application ?? '',
    version: found?.version ?? '',
    modules: module ?? [found?.module ?? DEFAULT_MODULE],
  };
}
