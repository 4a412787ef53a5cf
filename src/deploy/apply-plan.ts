/** Carries out a saved plan, exactly, or refuses. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { failure, isAppcfgError } from '../errors.ts';
import { carryOutOnce, finish } from './carry-out.ts';
import type { DeployContext } from './deploy-context.ts';
import { isEmptyPlan } from './deploy-plan.ts';
import type { DeployReport } from './deploy-report.ts';
import type { DeployRequest } from './deploy-request.ts';
import { changedLocally, movedSince, operationsSince, plansTheSame } from './plan-differences.ts';
import { readPlanFile } from './plan-file.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { SavedPlan } from './saved-plan.ts';

export interface ApplyRequest {
  /** As the user named it. */
  readonly file: string;
  readonly workingDirectory: string;
  /** Given again: their values are not in the plan. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** What `${NAME}` in a yaml file may stand for. */
  readonly variables: Readonly<Record<string, string>>;
  /** Only says whether it could be carried out. */
  readonly isDryRun: boolean;
  readonly createdBy: string;
  readonly waitMs?: number;
}

/** @throws AppcfgError `plan.*`; nothing was changed then. What carrying it out fails with is as in a deploy. */
export async function applyPlan(request: ApplyRequest, context: DeployContext): Promise<DeployReport> {
  const { file } = request;
  const saved = readPlanFile(resolve(request.workingDirectory, file), file);
  const { backend, reporter } = context;
  if (saved.backend !== backend.name) {
    throw failure('plan.other-backend', { file, planned: saved.backend, backend: backend.name });
  }
  requireVariables(saved, request);
  const prepared = await prepare(deployRequest(saved, request), context);
  await requireSame(saved, prepared, request, context);
  const { plan } = prepared;
  for (const warning of plan.warnings) reporter.event({ type: 'warning', ...warning });
  if (isEmptyPlan(plan)) return finish('unchanged', prepared, plan.current, context);
  if (request.isDryRun) return finish('planned', prepared, plan.current, context);
  try {
    return await carryOutOnce(prepared, context, { isExact: true, waitMs: request.waitMs });
  } catch (error) {
    const hasMoved = isAppcfgError(error) && (error.code === 'deploy.conflict' || error.code === 'deploy.state-moved');
    if (hasMoved) await requireUnmoved(saved, request, context);
    throw error;
  }
}

function requireVariables({ request: { environmentVariables } }: SavedPlan, request: ApplyRequest): void {
  const given = Object.keys(request.environmentVariables);
  const missing = environmentVariables.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !environmentVariables.includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    throw failure('plan.variables', { file: request.file, missing, unknown });
  }
}

async function requireSame(
  saved: SavedPlan,
  { plan }: Prepared,
  request: ApplyRequest,
  context: DeployContext,
): Promise<void> {
  const { file } = request;
  if (movedSince(saved, plan.current).length > 0) await requireUnmoved(saved, request, context);
  const differences = changedLocally(saved, plan);
  if (differences.length > 0) throw failure('plan.files-changed', { file, differences });
  if (!plansTheSame(saved, plan)) {
    throw failure('plan.files-changed', { file, differences: ['the same files now mean another plan'] });
  }
}

/** @throws AppcfgError `plan.moved` with what moved, and by whom */
async function requireUnmoved(saved: SavedPlan, { file }: ApplyRequest, { backend, signal }: DeployContext) {
  const { application, createdAt } = saved;
  const differences = movedSince(saved, await backend.describe(application, { signal }));
  if (differences.length === 0) return;
  const by = operationsSince(saved, await backend.operations.list(application, { signal }));
  throw failure('plan.moved', { file, application, plannedAt: createdAt, differences, by });
}

function deployRequest({ request: saved }: SavedPlan, request: ApplyRequest): DeployRequest {
  const { command, paths, workingDirectory, environmentVariables: _names, ...rest } = saved;
  const { application, module, version, runtime, ...flags } = rest;
  return {
    ...flags,
    paths,
    // Where the plan was made, else a checkout of the same files: what they are is compared in any case.
    workingDirectory: existsSync(workingDirectory) ? workingDirectory : request.workingDirectory,
    manners: command === 'deploy' ? 'gcloud' : 'appcfg',
    overrides: { application, module, version, runtime, environmentVariables: request.environmentVariables },
    variables: request.variables,
    isDryRun: request.isDryRun,
    commandName: `appcfg ${command}`,
    createdBy: request.createdBy,
  } as DeployRequest;
}
