/** The port to a language runtime: from a deployment to a command that serves it on a port. */
import type { Deployment } from '../deployment.ts';

/** What a command may touch that runs code of an application and of the packages it asks for. */
export interface BuildConfinement {
  readonly application: string;
  /** Read-only: the version's own files. */
  readonly directory: string;
  /** Made by the command; the platform's again afterwards. */
  readonly results: readonly string[];
  /** Kept from one build of the application to the next, and nobody else's. */
  readonly caches?: readonly string[];
}

export interface BuildCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly onOutput: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Runs it as far from the machine as instances are. Absent: a command that runs nobody else's code. */
  readonly confine?: BuildConfinement;
}

/** Runs a build command to its end; output goes line by line to `onOutput`. Supplied by serving/process.ts. */
export type RunCommand = (
  command: BuildCommand,
) => Promise<{ readonly exitCode: number | null; readonly signal: string | null }>;

export interface BuildContext {
  readonly deployment: Deployment;
  /** For dependencies, shared by all deployments; entries are named by a hash and complete or absent. */
  readonly cacheDirectory: string;
  readonly run: RunCommand;
  readonly onOutput: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** What a build found or made; the same for all instances of the deployment. */
export interface BuildResult {
  /** Said once in the deploy's output: `no Python 2.7 here, running under python3`. */
  readonly warnings: readonly string[];
  /** Short, for the progress line: `pip install (cached)`. */
  readonly detail?: string;
  /** Runtime-specific facts the launch needs. */
  readonly facts: Readonly<Record<string, string>>;
}

export interface LaunchContext {
  readonly deployment: Deployment;
  readonly build: BuildResult;
  readonly instance: string;
  readonly port: number;
  readonly memoryMiB: number;
  /** A writable scratch directory of this instance only. */
  readonly temporaryDirectory: string;
}

export interface LaunchCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited from the platform's own. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * What a sandbox has to show beside the version's own files, read-only: directories as they are, programs with
   * what belongs to them.
   */
  readonly readOnlyPaths?: readonly string[];
}

export interface Runtime {
  /** For messages: `python27`. */
  readonly name: string;
  accepts(runtime: string): boolean;
  build(context: BuildContext): Promise<BuildResult>;
  launch(context: LaunchContext): LaunchCommand;
  /** Deletes what a build keeps for this deployment alone; called after its last instance is gone. */
  dispose?(deployment: Deployment, cacheDirectory: string): Promise<void>;
}
