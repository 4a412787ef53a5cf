/** What was changed by hand since the release that is live, and by whom. Pure. */
import {
  differenceLines,
  type LiveDifference,
  moduleDifferences,
  settingsDifferences,
} from '../backend/live-differences.ts';
import type { Application } from '../model/application.ts';
import { moduleOutlines } from '../model/live-outline.ts';
import type { Operation, OperationKind } from '../model/operation.ts';

export interface ChangeSinceRelease {
  readonly difference: LiveDifference;
  /** For people. */
  readonly lines: readonly string[];
  /** Whoever did it last, where that is known. */
  readonly by?: string;
  /** RFC 3339, UTC. */
  readonly at?: string;
}

/** @param operations newest first */
export function changesSinceRelease(
  application: Application,
  operations: readonly Operation[],
): readonly ChangeSinceRelease[] {
  const { released, settings } = application;
  if (released === undefined) return [];
  const differences = [
    ...moduleDifferences(released.modules, moduleOutlines(application)),
    ...settingsDifferences(released.settings, settings),
  ];
  return differences.map((difference): ChangeSinceRelease => {
    const cause = causeOf(difference, operations);
    const lines = differenceLines(difference);
    return { difference, lines, ...(cause ? { by: cause.createdBy, at: cause.createdAt } : {}) };
  });
}

const causes: Readonly<Record<LiveDifference['kind'], readonly OperationKind[]>> = {
  'module-added': [],
  'module-removed': ['delete', 'delete-module'],
  'version-added': [],
  'version-removed': ['delete'],
  'version-replaced': [],
  'serving-status': ['start', 'stop'],
  instances: ['scale'],
  traffic: ['traffic', 'delete'],
  ingress: ['ingress'],
  settings: ['settings'],
};

function causeOf(difference: LiveDifference, operations: readonly Operation[]): Operation | undefined {
  const kinds = causes[difference.kind];
  const module = 'module' in difference ? difference.module : undefined;
  const version = 'version' in difference ? difference.version : undefined;
  return operations.find(({ kind, state, target }) => {
    if (state !== 'done' || !kinds.includes(kind)) return false;
    // One that is about the whole application may have touched anything.
    const isModule = target?.module === undefined || target.module === module;
    return isModule && (target?.version === undefined || version === undefined || target.version === version);
  });
}
