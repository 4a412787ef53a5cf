/** What a deploy command asks for: flags only, nothing read yet. */

/**
 * appcfg: the yaml's version; traffic moves only to a module's first version or when that version already serves.
 * gcloud: a version id is generated when none is given, and the new version takes the traffic.
 */
export type DeployManners = 'appcfg' | 'gcloud';

export interface DeployRequest {
  /** Files and directories as the user named them; empty means the current directory. */
  readonly paths: readonly string[];
  readonly workingDirectory: string;
  readonly manners: DeployManners;
  readonly overrides: {
    readonly application?: string;
    readonly module?: string;
    readonly version?: string;
    readonly runtime?: string;
    readonly environmentVariables: Readonly<Record<string, string>>;
  };
  /** What `${NAME}` in a yaml file's environment variables stands for; absent: it stays as it is written. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** undefined: as the manners say. */
  readonly promote?: boolean;
  /** gcloud manners: stop the version that had all traffic (manual and basic scaling only). */
  readonly stopPrevious: boolean;
  readonly isDryRun: boolean;
  /** How long it waits for somebody else's lock on the application; absent: it fails at once. */
  readonly waitMs?: number;
  /** Absolute. Saves the plan there and does nothing else. */
  readonly planFile?: string;
  /** gcloud manners: the version id for modules that name none, when it was made before. */
  readonly generatedVersion?: string;
  /** Shows the plan and asks whether to go ahead, once, before the first change. */
  readonly asksFirst?: boolean;
  readonly autoOrder: boolean;
  /** Directory mode: every module file below the directory, not just its app.yaml. */
  readonly allModules: boolean;
  /** appcfg's -R: runtimes that are not in the list will do. */
  readonly allowsAnyRuntime?: boolean;
  /** How to spell this very command, for hints: `appcfg update`. */
  readonly commandName: string;
  /** For files that name no application. */
  readonly defaultApplication?: string;
  readonly createdBy: string;
  readonly message?: string;
}
