/** The first half of a deploy: everything that is found out before the first change. */
import type { AskedDeploy } from '../model/asked-deploy.ts';
import type { Operation } from '../model/operation.ts';
import { countOf } from '../support/count-of.ts';
import { formatBytes } from '../support/format-bytes.ts';
import { askedDeploy, unfinishedVersion, withVersion } from './asked-deploy.ts';
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
  readonly asked: AskedDeploy;
}

export async function prepare(request: DeployRequest, context: DeployContext): Promise<Prepared> {
  const phases = new Phases(context);
  const sources = await sourcesOf(context);
  const made = request.manners === 'gcloud' && request.generatedVersion === undefined;
  const wanted = made ? { ...request, generatedVersion: generatedVersion(context.clock.now()) } : request;
  const { intent, current, operations } = await phases.run({
    phase: 'read',
    label: 'Reading the configuration',
    work: () => readApplication(wanted, { sources, looksForUnfinished: made }, context),
    detail: ({ intent }) => intentText(intent),
  });
  const read = await phases.run({
    phase: 'package',
    label: 'Reading the files',
    work: () => packageApplication(intent, sources, context),
    detail: packagedText,
  });
  const { packaged, asked } = takenUp(read, askedDeploy(read, wanted.generatedVersion), { operations, context });
  const { plan, missing } = await phases.run({
    phase: 'compare',
    label: 'Comparing with what is live',
    work: async () => {
      const plan = planDeploy(packaged, current, context.backend.limits);
      return { plan, missing: await findMissingFiles(plan, packaged.sources, context) };
    },
    detail: ({ plan, missing }) => comparisonText(plan, missing),
  });
  return { packaged, plan, missing, phases, asked };
}

interface Looking {
  readonly operations: readonly Operation[];
  readonly context: DeployContext;
}

function takenUp(packaged: PackagedApplication, asked: AskedDeploy, { operations, context }: Looking) {
  const { generatedVersion } = asked;
  const version = unfinishedVersion(operations, asked);
  if (generatedVersion === undefined || version === undefined || version === generatedVersion)
    return { packaged, asked };
  const message = `This very deploy was begun before and is not over: it goes on as version ${version}.`;
  context.reporter.event({ type: 'note', message });
  return { packaged: withVersion(packaged, generatedVersion, version), asked: { ...asked, generatedVersion: version } };
}

interface Reading {
  readonly sources: DeploySources;
  /** Whether the same deploy may have been begun before, under an id that this one has to find. */
  readonly looksForUnfinished: boolean;
}

async function readApplication(
  request: DeployRequest,
  { sources, looksForUnfinished }: Reading,
  { backend, reporter, signal }: DeployContext,
) {
  const { generatedVersion } = request;
  const described = await sources.load({
    paths: request.paths,
    workingDirectory: request.workingDirectory,
    overrides: request.overrides,
    variables: request.variables,
    allModules: request.allModules,
    versionRequired: request.manners !== 'gcloud',
    backend: backend.name,
    allowsAnyRuntime: request.allowsAnyRuntime ?? false,
    ...(generatedVersion === undefined ? {} : { generatedVersion }),
  });
  const { diagnostics, notes } = described;
  if (diagnostics.length > 0) reporter.event({ type: 'diagnostics', diagnostics });
  for (const message of notes) reporter.event({ type: 'note', message });
  const intent = buildIntent(request, described);
  const { application } = intent;
  const hasGenerated = intent.modules.some(({ version }) => version === generatedVersion);
  const [current, operations] = await Promise.all([
    backend.describe(application, { signal }),
    looksForUnfinished && hasGenerated ? backend.operations.list(application, { signal }) : [],
  ]);
  const ordered = orderModules(intent, current, request);
  checkDispatchTargets(ordered, current);
  checkLimits(ordered, current, backend);
  return { intent: ordered, current, operations };
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
