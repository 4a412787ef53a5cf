/** What a deploy did, whole: the same facts for the screen and for `--json`. */

import type { SettingsKind } from '../model/settings.ts';
import type { DeployPhase } from '../progress/event.ts';

export interface ModuleReport {
  readonly module: string;
  readonly version: string;
  readonly outcome: 'created' | 'replaced' | 'unchanged';
  readonly receivesTraffic: boolean;
  /** The module's own address. */
  readonly url: string;
  /** The version's own address. */
  readonly versionUrl: string;
  readonly files: number;
  readonly bytes: number;
}

export interface DeployReport {
  readonly application: string;
  readonly backend: string;
  readonly outcome: 'live' | 'unchanged' | 'planned';
  /** The live release; absent when planned on a new application. */
  readonly release?: string;
  readonly url: string;
  readonly modules: readonly ModuleReport[];
  readonly settings: readonly SettingsKind[];
  readonly uploaded: { readonly files: number; readonly bytes: number };
  /** Lines for people: the steps, in order. */
  readonly plan: readonly string[];
  readonly warnings: readonly string[];
  readonly phases: readonly { readonly phase: DeployPhase; readonly durationMs: number }[];
  readonly durationMs: number;
  /** Where the plan was saved. */
  readonly planFile?: string;
}
