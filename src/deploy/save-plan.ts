/** A prepared deploy -> the plan to save. Pure but for the clock. */
import type { Application } from '../model/application.ts';
import { moduleOutlines } from '../model/live-outline.ts';
import { manifestText } from '../model/manifest.ts';
import { emptySettings, type Settings, settingsKinds } from '../model/settings.ts';
import { digestOfValue } from '../support/digest.ts';
import type { DeployPlan } from './deploy-plan.ts';
import type { DeployRequest } from './deploy-request.ts';
import { planLines } from './plan-lines.ts';
import { PLAN_FORMAT, type SavedPlan } from './saved-plan.ts';

export interface PlanFacts {
  readonly request: DeployRequest;
  readonly plan: DeployPlan;
  readonly backend: string;
  /** Of the newest operation. */
  readonly lastOperation?: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

export function planToSave({ request, plan, backend, lastOperation, nowMs }: PlanFacts): SavedPlan {
  return {
    format: PLAN_FORMAT,
    application: plan.application,
    backend,
    createdAt: new Date(nowMs).toISOString(),
    createdBy: plan.createdBy,
    request: savedRequest(request, plan),
    base: { ...savedBase(plan.current), ...(lastOperation === undefined ? {} : { lastOperation }) },
    modules: savedModules(plan),
    trees: Object.fromEntries(
      plan.modules.map(({ packaged }) => [packaged.manifestDigest, linesOf(manifestText(packaged.manifest))]),
    ),
    settings: plannedSettings(plan),
    changes: [...planLines(plan)],
  };
}

/** Kinds that the plan replaces -> digests of their new values. */
export function plannedSettings(plan: DeployPlan): Record<string, string> {
  return Object.fromEntries(
    plan.changes.flatMap((change) =>
      change.kind === 'replace-settings' ? [[change.settings, digestOfValue(change.value[change.settings])]] : [],
    ),
  );
}

export function settingsDigests(settings: Settings): Record<string, string> {
  return Object.fromEntries(settingsKinds.map((kind) => [kind, digestOfValue(settings[kind])]));
}

function savedModules({ modules }: DeployPlan): SavedPlan['modules'] {
  return modules.map(({ packaged, outcome, receivesTraffic }) => ({
    module: packaged.module,
    version: packaged.version,
    file: packaged.file,
    outcome,
    receivesTraffic,
    runtime: packaged.spec.runtime,
    scaling: packaged.spec.scaling.type,
    specDigest: packaged.specDigest,
    manifestDigest: packaged.manifestDigest,
  }));
}

function savedBase(current: Application | undefined): SavedPlan['base'] {
  return {
    ...(current?.currentRelease === undefined ? {} : { release: current.currentRelease }),
    ...(current?.stateDigest === undefined ? {} : { stateDigest: current.stateDigest }),
    // A copy without readonly, as the reader of the file has it.
    modules: current ? (structuredClone(moduleOutlines(current)) as SavedPlan['base']['modules']) : {},
    settings: settingsDigests(current?.settings ?? emptySettings),
  };
}

function savedRequest(request: DeployRequest, { application }: DeployPlan): SavedPlan['request'] {
  const { module, version, runtime, environmentVariables } = request.overrides;
  const optional = {
    module,
    version,
    runtime,
    generatedVersion: request.generatedVersion,
    promote: request.promote,
    message: request.message,
  };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    command: request.manners === 'gcloud' ? 'deploy' : 'update',
    paths: [...request.paths],
    workingDirectory: request.workingDirectory,
    application,
    environmentVariables: Object.keys(environmentVariables).sort(),
    stopPrevious: Boolean(request.stopPrevious),
    autoOrder: Boolean(request.autoOrder),
    allModules: Boolean(request.allModules),
    allowsAnyRuntime: Boolean(request.allowsAnyRuntime),
    ...given,
  };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.slice(0, -1).split('\n');
}
