/** The first half of a deploy: everything that is found out before the first change. */
import type { Application } from '../model/application.ts';
import { countOf } from '../support/count-of.ts';
import { formatBytes } from '../support/format-bytes.ts';
import { checkLimits } from './check-limits.ts';
import { type DeployContext, sourcesOf } from './deploy-context.ts';
import { type DeployPlan, isEmptyPlan } from './deploy-plan.ts';
import type { DeployRequest } from './deploy-request.ts';
import type { DeploySources } from './deploy-sources.ts';
import { checkDispatchTargets } from './dispatch-targets.ts';
import { generatedVersion } from './generated-version.ts';
import { buildIntent, type DeployIntent } from './intent.ts';
import { findMissingFiles, type MissingFiles } from './missing-files.ts';
import { orderModules } from './module-order.ts';
import { type PackagedApplication, packageModules } from './package-modules.ts';
import { Phases } from './phases.ts';
import { planDeploy } from './plan.ts';

/** Everything that is known before the first change. */
export interface Prepared {
  readonly packaged: PackagedApplication;
  readonly plan: DeployPlan;
  readonly missing: MissingFiles;
  readonly phases: Phases;
}

export async function prepare(request: DeployRequest, context: DeployContext): Promise<Prepared> {
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
      const plan = planDeploy(packaged, current, context.backend.limits);
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
    backend: backend.name,
    allowsAnyRuntime: request.allowsAnyRuntime ?? false,
    ...(isGcloud ? { generatedVersion: request.generatedVersion ?? generatedVersion(clock.now()) } : {}),
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
