/** The deploy use case: request -> intent -> files -> plan -> execution -> report. */
import { failure, isAppcfgError } from '../errors.ts';
import type { Application } from '../model/application.ts';
import { countOf } from '../support/count-of.ts';
import { formatBytes } from '../support/format-bytes.ts';
import { checkLimits } from './check-limits.ts';
import { confirmation } from './confirmation.ts';
import { type DeployContext, sourcesOf } from './deploy-context.ts';
import { type DeployPlan, isEmptyPlan } from './deploy-plan.ts';
import type { DeployReport } from './deploy-report.ts';
import type { DeployRequest } from './deploy-request.ts';
import type { DeploySources } from './deploy-sources.ts';
import { checkDispatchTargets } from './dispatch-targets.ts';
import { executePlan } from './execute.ts';
import { generatedVersion } from './generated-version.ts';
import { buildIntent, type DeployIntent } from './intent.ts';
import { findMissingFiles, type MissingFiles } from './missing-files.ts';
import { orderModules } from './module-order.ts';
import { type PackagedApplication, packageModules } from './package-modules.ts';
import { Phases } from './phases.ts';
import { planDeploy } from './plan.ts';
import { deployReport } from './report.ts';

/** Everything that is known before the first change. */
interface Prepared {
  readonly packaged: PackagedApplication;
  readonly plan: DeployPlan;
  readonly missing: MissingFiles;
  readonly phases: Phases;
}

/** @throws AppcfgError; the former release serves unless the error says otherwise */
export async function deploy(request: DeployRequest, context: DeployContext): Promise<DeployReport> {
  const prepared = await prepare(request, context);
  const { plan } = prepared;
  for (const warning of plan.warnings) context.reporter.event({ type: 'warning', ...warning });
  if (isEmptyPlan(plan)) return finish('unchanged', prepared, plan.current, context);
  if (request.isDryRun) return finish('planned', prepared, plan.current, context);
  if (request.asksFirst === true && !(await context.reporter.confirm(confirmation(plan)))) {
    throw failure('deploy.declined', { application: plan.application });
  }
  return execute(prepared, context);
}

/** As often as the application may change under a deploy before it gives up. */
const MOST_PLANS = 5;

/** A deploy that another one overtook is planned again on top of it: the second of two waits, and both end. */
async function execute(first: Prepared, context: DeployContext): Promise<DeployReport> {
  let prepared = first;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await executePlan(prepared.plan, prepared.missing, { ...context, phases: prepared.phases });
      const live = await context.backend.describe(prepared.plan.application);
      return finish('live', prepared, live, context);
    } catch (error) {
      if (!isAppcfgError(error) || error.code !== 'deploy.conflict' || attempt === MOST_PLANS) throw error;
      prepared = await planAgain(prepared, context);
      if (isEmptyPlan(prepared.plan)) {
        context.reporter.event({ type: 'note', message: 'Another run has just made exactly this live.' });
        return finish('unchanged', prepared, prepared.plan.current, context);
      }
      context.reporter.event({
        type: 'note',
        message: 'Another deploy went live meanwhile; this one goes on top of it.',
      });
    }
  }
}

async function planAgain(prepared: Prepared, context: DeployContext): Promise<Prepared> {
  const { packaged } = prepared;
  const { backend, signal } = context;
  const plan = planDeploy(packaged, await backend.describe(packaged.intent.application, { signal }));
  return { ...prepared, plan, missing: await findMissingFiles(plan, packaged.sources, context) };
}

async function prepare(request: DeployRequest, context: DeployContext): Promise<Prepared> {
  const phases = new Phases(context);
  const sources = await sourcesOf(context);
  const { intent, current } = await phases.run({
    phase: 'read',
    label: 'Reading the configuration',
    work: () => readApplication(request, sources, context),
    detail: ({ intent }) => intentText(intent),
  });
  const packaged = await phases.run({
    phase: 'package',
    label: 'Reading the files',
    work: () => packageApplication(intent, sources, context),
    detail: packagedText,
  });
  const { plan, missing } = await phases.run({
    phase: 'compare',
    label: 'Comparing with what is live',
    work: async () => {
      const plan = planDeploy(packaged, current);
      return { plan, missing: await findMissingFiles(plan, packaged.sources, context) };
    },
    detail: ({ plan, missing }) => comparisonText(plan, missing),
  });
  return { packaged, plan, missing, phases };
}

async function readApplication(
  request: DeployRequest,
  sources: DeploySources,
  { backend, clock, reporter, signal }: DeployContext,
): Promise<{ readonly intent: DeployIntent; readonly current: Application | undefined }> {
  const isGcloud = request.manners === 'gcloud';
  const described = await sources.load({
    paths: request.paths,
    workingDirectory: request.workingDirectory,
    overrides: request.overrides,
    variables: request.variables,
    allModules: request.allModules,
    versionRequired: !isGcloud,
    allowsAnyRuntime: request.allowsAnyRuntime ?? false,
    ...(isGcloud ? { generatedVersion: generatedVersion(clock.now()) } : {}),
  });
  const { diagnostics, notes } = described;
  if (diagnostics.length > 0) reporter.event({ type: 'diagnostics', diagnostics });
  for (const message of notes) reporter.event({ type: 'note', message });
  const intent = buildIntent(request, described);
  const current = await backend.describe(intent.application, { signal });
  const ordered = orderModules(intent, current, request);
  checkDispatchTargets(ordered, current);
  checkLimits(ordered, current, backend);
  return { intent: ordered, current };
}

function packageApplication(
  intent: DeployIntent,
  sources: DeploySources,
  { backend, cacheDirectory, clock, reporter, signal }: DeployContext,
): Promise<PackagedApplication> {
  return packageModules(intent, {
    sources,
    backend: backend.name,
    cacheDirectory,
    clock,
    signal,
    onWarning: (message) => reporter.event({ type: 'warning', code: 'packaging', message }),
    onPackaged: ({ module, version, files, bytes }) =>
      reporter.event({ type: 'module-packaged', module, version, files, bytes }),
  });
}

function finish(
  outcome: DeployReport['outcome'],
  { plan, missing, phases }: Prepared,
  live: Application | undefined,
  { backend, reporter }: DeployContext,
): DeployReport {
  const { times, durationMs } = phases;
  const report = deployReport({
    backend: backend.name,
    outcome,
    plan,
    live,
    files: missing,
    phases: times,
    durationMs,
  });
  if (outcome === 'planned') return report;
  for (const { module, version, url, versionUrl, receivesTraffic, outcome: change } of report.modules) {
    // The module's own address leads to another version where this one takes no traffic.
    const address = receivesTraffic ? url : versionUrl;
    reporter.event({ type: 'module-live', module, version, url: address, isUnchanged: change === 'unchanged' });
  }
  return report;
}

function intentText(intent: DeployIntent): string {
  const names = [
    ...intent.modules.map(({ module, version }) => `${module}:${version}`),
    ...Object.keys(intent.settings),
  ];
  return `${intent.application}: ${names.join(', ')}`;
}

/** Modules that share a directory share its files. */
function packagedText({ modules, sources }: PackagedApplication): string {
  const bytes = [...sources.values()].reduce((sum, { size }) => sum + size, 0);
  return `${countOf(modules.length, 'module')}, ${countOf(sources.size, 'different file')}, ${formatBytes(bytes)}`;
}

function comparisonText(plan: DeployPlan, missing: MissingFiles): string {
  if (isEmptyPlan(plan)) return 'nothing changed';
  const changes = plan.changes.filter((change) => change.kind !== 'keep-version').length;
  return `${countOf(changes, 'change')}, ${countOf(missing.files, 'file')} (${formatBytes(missing.bytes)}) to send`;
}
