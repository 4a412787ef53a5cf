/** The yaml files that commands besides deploy take their names and settings from. */
import { invalidFiles } from '../config/invalid-files.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { Settings } from '../model/settings.ts';

export interface YamlQuery {
  readonly paths: readonly string[];
  readonly workingDirectory: string;
  readonly overrides: {
    readonly application?: string;
    readonly module?: string;
    readonly version?: string;
    readonly environmentVariables: Readonly<Record<string, string>>;
  };
  readonly allModules: boolean;
  readonly versionRequired: boolean;
  /** Where no file names it, it is found in another way. */
  readonly applicationRequired: false;
  /** Only names and settings are of interest here. */
  readonly allowsAnyRuntime: true;
}

export const namesOnly = { allModules: false, applicationRequired: false, allowsAnyRuntime: true } as const;

export interface YamlApplication {
  readonly application?: string;
  readonly modules: readonly { readonly file: string; readonly module: string; readonly version: string }[];
  readonly settings: Partial<Settings>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads yaml files; the real one unless a test brings its own. */
export type YamlLoader = (query: YamlQuery) => Promise<YamlApplication>;

/** The real loader is loaded late: most commands never read a file. */
export const loadYaml: YamlLoader = async (query) => {
  const { loadApplication } = await import('../config/load-application.ts');
  return loadApplication(query);
};

/** @throws AppcfgError `config.invalid`, `usage.bad-options`, `application.required` */
export function requireValid(loaded: YamlApplication): YamlApplication {
  const { diagnostics } = loaded;
  if (!hasErrors(diagnostics)) return loaded;
  throw invalidFiles(diagnostics);
}
