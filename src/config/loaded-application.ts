/** What a command asks to be loaded, and what it gets. */
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Settings, SettingsKind } from '../model/settings.ts';
import type { VersionSpec } from '../model/version-spec.ts';
import type { ModulePlaces } from './app/module-places.ts';
import type { Overrides } from './check-overrides.ts';

export interface LoadRequest {
  /** Files and directories as the user named them; none means the current directory. */
  readonly paths: readonly string[];
  /** Absolute. */
  readonly workingDirectory: string;
  readonly overrides: Overrides;
  /** Deploy every module file of a directory, not only its app.yaml. */
  readonly allModules: boolean;
  /** appcfg's manners: a version id must be in the file or on the command line. */
  readonly versionRequired: boolean;
  /** The version id where neither file nor command line has one. */
  readonly generatedVersion?: string;
  /** Whether an application id must be known; true when not given. */
  readonly applicationRequired?: boolean;
  /** `-R`: runtimes that are not in the list will do. */
  readonly allowsAnyRuntime?: boolean;
  /** What `${NAME}` in environment variables stands for; absent: it stays as it is written. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

export interface LoadedModule {
  /** As the user named it. */
  readonly file: string;
  /** Absolute: what is uploaded. */
  readonly directory: string;
  readonly module: string;
  /** Empty when neither known nor required. */
  readonly version: string;
  /** Empty when neither known nor required. */
  readonly application: string;
  readonly spec: VersionSpec;
  /** Python expressions as written, matched from the start of the path; undefined when the file does not set them. */
  readonly skipFiles?: readonly string[];
  readonly nobuildFiles?: readonly string[];
  readonly runtime: string;
  /** In the file. */
  readonly places: ModulePlaces;
}

export interface LoadedApplication {
  readonly application?: string;
  /** In the order of the arguments. */
  readonly modules: readonly LoadedModule[];
  readonly settings: Partial<Settings>;
  /** The file that each kind of settings came from. */
  readonly settingsFiles: Partial<Record<SettingsKind, string>>;
  readonly diagnostics: readonly Diagnostic[];
  /** For people: what is not deployed, and the command that would. */
  readonly notes: readonly string[];
}
