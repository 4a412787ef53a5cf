/** Moves the traffic of modules to a version share by share, with a pause after each. */
import { failure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import { receivesTraffic, type ShardBy, splitText, type TrafficSplit } from '../model/traffic.ts';
import { canonicalJson } from '../support/canonical-json.ts';
import { applyChange } from './apply-change.ts';
import { describeApplication, requireModule, requireVersion } from './describe-application.ts';
import { migrationSteps } from './migration-steps.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';

export interface MigrateTrafficRequest {
  readonly application: string;
  /** Empty: all modules. */
  readonly modules: readonly string[];
  readonly version: string;
  /** Percent, rising. */
  readonly shares: readonly number[];
  /** Between one share and the next. */
  readonly pauseMs: number;
  /** undefined: as it is now. */
  readonly shardBy?: ShardBy | undefined;
  readonly isDryRun: boolean;
}

/** Module -> split. */
type Splits = Readonly<Record<string, TrafficSplit>>;

/**
 * An interrupt leaves the traffic where it is, and says where.
 * @throws AppcfgError `module.not-found`, `version.not-found`, `traffic.changed-meanwhile`, `interrupted`
 */
export async function migrateTraffic(context: OperateContext, request: MigrateTrafficRequest): Promise<ChangeResult> {
  const { version, isDryRun } = request;
  const application = await describeApplication(context, request.application);
  const steps = allSteps(application, request);
  const plan = [
    ...steps.flatMap((step, index) => stepLines(step, index, request)),
    ...notes(application, steps, version),
  ];
  const result: ChangeResult = {
    application: application.id,
    outcome: steps.length > 0 ? 'planned' : 'unchanged',
    plan,
  };
  if (isDryRun || steps.length === 0) return result;
  const before: Splits = Object.fromEntries(application.modules.map(({ name, traffic }) => [name, traffic]));
  const march: March = { context, request, before, steps };
  let last: ChangeResult = result;
  for (const [index, step] of steps.entries()) {
    if (index > 0) await pause(march, index);
    last = await takeStep(march, index);
    const isLast = index === steps.length - 1;
    const next = isLast ? '' : ` (step ${index + 1} of ${steps.length}; the next in ${request.pauseMs / 1000} s)`;
    context.reporter?.event({ type: 'note', message: `Traffic: ${standing(step)}${next}` });
  }
  return { ...last, plan };
}

interface March {
  readonly context: OperateContext;
  readonly request: MigrateTrafficRequest;
  readonly before: Splits;
  readonly steps: readonly Splits[];
}

/** Modules that need fewer steps than others have theirs with the last ones. */
function allSteps(application: Application, request: MigrateTrafficRequest): readonly Splits[] {
  const { version, shares } = request;
  const names = request.modules.length > 0 ? request.modules : application.modules.map(({ name }) => name);
  const paths = [...new Set(names)].map((module) => {
    requireVersion(application, module, version);
    const { traffic } = requireModule(application, module);
    const shardBy = request.shardBy ?? traffic.shardBy;
    return { module, splits: migrationSteps(traffic, { version, shares, shardBy }) };
  });
  const count = Math.max(0, ...paths.map(({ splits }) => splits.length));
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(
      paths.flatMap(({ module, splits }) => {
        const split = splits[index - (count - splits.length)];
        return split === undefined ? [] : [[module, split]];
      }),
    ),
  );
}

function stepLines(step: Splits, index: number, { pauseMs }: MigrateTrafficRequest): readonly string[] {
  const when = index === 0 ? '' : `after ${(pauseMs * index) / 1000} s: `;
  return Object.entries(step).map(([module, split]) => `${when}traffic of ${module}: ${splitText(split)}`);
}

function notes(application: Application, steps: readonly Splits[], version: string): readonly string[] {
  const modules = new Set(steps.flatMap((step) => Object.keys(step)));
  return [...modules]
    .filter((module) => requireVersion(application, module, version).servingStatus === 'stopped')
    .map((module) => `note: ${module}:${version} is stopped and answers nothing until it is started`);
}

async function pause(march: March, index: number): Promise<void> {
  const { context, request } = march;
  try {
    await context.clock.sleep(request.pauseMs, context.signal);
  } catch (error) {
    throw stopped(march, index, error);
  }
}

/** Somebody who moved traffic meanwhile had a reason. */
async function takeStep(march: March, index: number): Promise<ChangeResult> {
  const { context, request, before, steps } = march;
  const application = await describeApplication(context, request.application);
  const step = steps[index] ?? {};
  for (const module of Object.keys(step)) {
    const expected = steps.slice(0, index).findLast((earlier) => earlier[module])?.[module] ?? before[module];
    const { traffic } = requireModule(application, module);
    if (canonicalJson(traffic) === canonicalJson(expected)) continue;
    throw failure('traffic.changed-meanwhile', { module, now: splitText(traffic) });
  }
  return applyChange(context, {
    application: application.id,
    what: 'traffic was moving',
    plan: stepLines(step, 0, request),
    isDryRun: false,
    run: (options) => context.backend.traffic.set(application.id, step, options),
  });
}

/** @param done how many steps were taken */
function stopped({ request, before, steps }: March, done: number, cause: unknown): Error {
  const { application, version } = request;
  const reached: Splits = Object.assign({}, ...steps.slice(0, done));
  const modules = Object.keys(reached);
  const back = modules.map((module) => {
    const split = before[module] ?? reached[module];
    return `appcfg set-traffic ${module} -A ${application} --splits ${splitsText(split)} --split-by ${split?.shardBy}`;
  });
  const on = modules.map((module) => `appcfg set-default-version -A ${application} -M ${module} -V ${version}`);
  return failure(
    'interrupted',
    {
      where: `while traffic was moving; it stays as it is now: ${standing(reached)}`,
      next: `To go on: ${on.join(' && ')}; to go back: ${back.join(' && ')}`,
    },
    { cause },
  );
}

function standing(splits: Splits): string {
  return Object.entries(splits)
    .map(([module, split]) => `module ${module} ${splitText(split)}`)
    .join('; ');
}

function splitsText(split: TrafficSplit | undefined): string {
  return Object.entries(split?.allocations ?? {})
    .filter(([version]) => split !== undefined && receivesTraffic(split, version))
    .map(([version, share]) => `${version}=${share}`)
    .join(',');
}
