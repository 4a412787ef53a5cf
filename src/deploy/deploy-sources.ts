/** Where a deploy gets applications and file trees from: the two ports it needs of `config` and `packaging`. */
import type { Diagnostic, Place } from '../model/diagnostic.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Settings, SettingsKind } from '../model/settings.ts';
import type { VersionSpec } from '../model/version-spec.ts';
import type { Clock } from '../support/clock.ts';
import type { DeployRequest } from './deploy-request.ts';

export interface ApplicationQuery {
  readonly paths: readonly string[];
  readonly workingDirectory: string;
  readonly overrides: DeployRequest['overrides'];
  readonly allModules: boolean;
  readonly versionRequired: boolean;
  readonly allowsAnyRuntime: boolean;
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Name of the backend that it is deployed to: what that one is known to refuse is found before anything is sent. */
  readonly backend?: string;
  /** For modules that neither a flag nor their file gives a version. */
  readonly generatedVersion?: string;
}

/** A module's file, read and checked. */
export interface DescribedModule {
  /** As the user named it. */
  readonly file: string;
  /** Absolute. */
  readonly directory: string;
  readonly module: string;
  readonly version: string;
  readonly spec: VersionSpec;
  readonly runtime: string;
  readonly skipFiles?: readonly string[];
  /** Where the file says what may be objected to. */
  readonly places?: Partial<Record<'module' | 'version' | 'instances', Place>>;
}

export interface DescribedApplication {
  readonly application?: string;
  readonly modules: readonly DescribedModule[];
  readonly settings: Partial<Settings>;
  /** The file that each kind came from. */
  readonly settingsFiles?: Partial<Record<SettingsKind, string>>;
  readonly diagnostics: readonly Diagnostic[];
  /** For people: what was left out and why. */
  readonly notes: readonly string[];
}

export interface TreeQuery {
  readonly module: DescribedModule;
  readonly cacheDirectory: string;
  /** Decides the limits on files. */
  readonly backend: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface PackagedFiles {
  readonly manifest: Manifest;
  readonly manifestDigest: string;
  /** Digest -> the file that holds the content. */
  readonly sources: ReadonlyMap<string, { readonly path: string; readonly size: number }>;
  /** Allowed, and worth saying. */
  readonly warnings: readonly { readonly path: string; readonly reason: string }[];
}

export interface DeploySources {
  load(query: ApplicationQuery): Promise<DescribedApplication>;
  /** Modules with the same key have the same files, so that their tree is walked once. */
  treeKey(module: DescribedModule): string;
  packageTree(query: TreeQuery): Promise<PackagedFiles>;
}
