/** Modules as they lie on this machine, with the rules of their files: for commands that ask no backend. */
import type { LoadedApplication, LoadedModule } from '../config/load-application.ts';
import { failure } from '../errors.ts';
import type { SelectionRules } from '../packaging/selection-rules.ts';
import { requireValid } from './yaml-files.ts';

export interface LocalRequest {
  /** Files and directories as the user named them; none means the current directory. */
  readonly paths: readonly string[];
  readonly workingDirectory: string;
  readonly application?: string | undefined;
  readonly module?: string | undefined;
  readonly version?: string | undefined;
  readonly runtime?: string | undefined;
  readonly allowsAnyRuntime?: boolean;
  readonly allModules: boolean;
  /** Over those of the files. */
  readonly environmentVariables?: Readonly<Record<string, string>>;
  /** What `${NAME}` in environment variables stands for; absent: it stays as it is written. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface LocalModule extends LoadedModule {
  readonly rules: SelectionRules;
}

/** With all problems of all files; nothing is thrown for them. */
export async function loadLocal(request: LocalRequest): Promise<LoadedApplication> {
  const { loadApplication } = await import('../config/load-application.ts');
  const { application, module, version, runtime, environmentVariables = {}, ...rest } = request;
  return loadApplication({
    ...rest,
    overrides: {
      ...(application === undefined ? {} : { application }),
      ...(module === undefined ? {} : { module }),
      ...(version === undefined ? {} : { version }),
      ...(runtime === undefined ? {} : { runtime }),
      environmentVariables,
    },
    versionRequired: false,
    applicationRequired: false,
  });
}

/** @throws AppcfgError `config.invalid`, `deploy.nothing`, and what reading the rules fails with */
export async function localModules(request: LocalRequest): Promise<readonly LocalModule[]> {
  const loaded = await loadLocal(request);
  requireValid(loaded);
  if (loaded.modules.length === 0) {
    throw failure('deploy.nothing', { paths: request.paths.length > 0 ? request.paths : ['.'] });
  }
  return withRules(loaded);
}

/** @throws AppcfgError what reading the rules fails with */
export async function withRules(loaded: Pick<LoadedApplication, 'modules'>): Promise<readonly LocalModule[]> {
  const { selectionRules } = await import('../packaging/selection-rules.ts');
  return loaded.modules.map((module) => {
    const { directory, runtime, skipFiles, spec } = module;
    const rules = selectionRules({
      directory,
      runtime,
      environment: spec.environment,
      ...(skipFiles === undefined ? {} : { skipFiles }),
    });
    return { ...module, rules };
  });
}
