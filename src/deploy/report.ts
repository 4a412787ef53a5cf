/** The report of a deploy. Pure. */
import type { Application } from '../model/application.ts';
import { findModule, findVersion } from '../model/application.ts';
import type { SettingsKind } from '../model/settings.ts';
import type { DeployPlan, PlannedModule } from './deploy-plan.ts';
import type { DeployReport, ModuleReport } from './deploy-report.ts';
import type { PhaseTime } from './phases.ts';
import { planLines } from './plan-lines.ts';

export interface ReportFacts {
  readonly backend: string;
  readonly outcome: DeployReport['outcome'];
  readonly plan: DeployPlan;
  /** What is live now; undefined for a plan of a new application. */
  readonly live: Application | undefined;
  /** Files to send, or sent. */
  readonly files: { readonly files: number; readonly bytes: number };
  readonly phases: readonly PhaseTime[];
  readonly durationMs: number;
}

export function deployReport(facts: ReportFacts): DeployReport {
  const { plan, live, outcome } = facts;
  const release = live?.currentRelease;
  const sent = outcome === 'live' ? facts.files : { files: 0, bytes: 0 };
  return {
    application: plan.application,
    backend: facts.backend,
    outcome,
    ...(release === undefined ? {} : { release }),
    url: live?.url ?? '',
    modules: plan.modules.map((module) => moduleReport(module, live)),
    settings: changedSettings(plan),
    uploaded: { files: sent.files, bytes: sent.bytes },
    plan: planLines(plan, facts.files),
    warnings: plan.warnings.map((warning) => warning.message),
    phases: facts.phases,
    durationMs: facts.durationMs,
  };
}

function moduleReport(
  { packaged, outcome, receivesTraffic }: PlannedModule,
  live: Application | undefined,
): ModuleReport {
  const module = findModule(live, packaged.module);
  return {
    module: packaged.module,
    version: packaged.version,
    outcome,
    receivesTraffic,
    url: module?.url ?? '',
    versionUrl: findVersion(module, packaged.version)?.url ?? '',
    files: packaged.files,
    bytes: packaged.bytes,
  };
}

function changedSettings(plan: DeployPlan): readonly SettingsKind[] {
  return plan.changes.flatMap((change) => (change.kind === 'replace-settings' ? [change.settings] : []));
}
