/** The plan of a deploy as data: what changes, in order, and what is worth a warning. */

import type { SettingsEntryChange } from '../backend/settings-changes.ts';
import type { Application } from '../model/application.ts';
import type { Settings, SettingsKind } from '../model/settings.ts';
import type { TrafficSplit } from '../model/traffic.ts';
import type { PackagedModule } from './package-modules.ts';

export type PlannedOutcome = 'created' | 'replaced' | 'unchanged';

export interface PlannedModule {
  readonly packaged: PackagedModule;
  readonly outcome: PlannedOutcome;
  /** Once the plan is applied. */
  readonly receivesTraffic: boolean;
}

export type Change =
  | { readonly kind: 'create-version'; readonly packaged: PackagedModule }
  | { readonly kind: 'replace-version'; readonly packaged: PackagedModule; readonly isServing: boolean }
  | { readonly kind: 'keep-version'; readonly module: string; readonly version: string }
  | {
      readonly kind: 'set-traffic';
      readonly module: string;
      readonly before?: TrafficSplit;
      readonly after: TrafficSplit;
    }
  | {
      readonly kind: 'replace-settings';
      readonly settings: SettingsKind;
      /** Only this kind is set. */
      readonly value: Partial<Settings>;
      readonly entries: readonly SettingsEntryChange[];
    }
  | { readonly kind: 'stop-version'; readonly module: string; readonly version: string };

export interface PlanWarning {
  readonly code: string;
  readonly message: string;
}

export interface DeployPlan {
  readonly application: string;
  /** undefined for an application that the backend does not know yet. */
  readonly current?: Application;
  readonly modules: readonly PlannedModule[];
  readonly changes: readonly Change[];
  readonly warnings: readonly PlanWarning[];
  readonly createdBy: string;
  readonly message?: string;
}

/** Keeping a version is part of the plan for people, and no change. */
export function isEmptyPlan(plan: DeployPlan): boolean {
  return plan.changes.every((change) => change.kind === 'keep-version');
}

/** Whether something that works now is taken away. */
export function isDestructive(change: Change): boolean {
  switch (change.kind) {
    case 'create-version':
    case 'keep-version':
    case 'set-traffic':
      return false;
    case 'replace-version':
      return change.isServing;
    case 'replace-settings':
      return change.entries.some((entry) => entry.action === 'delete' || entry.action === 'pause');
    case 'stop-version':
      return true;
  }
}
