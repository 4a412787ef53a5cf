/** The deploy use case: request -> intent -> files -> plan -> execution -> report. */
import { relative } from 'node:path';
import { failure } from '../errors.ts';
import { PLAN_EXTENSION } from '../model/names.ts';
import { carryOut, finish } from './carry-out.ts';
import { confirmation } from './confirmation.ts';
import type { DeployContext } from './deploy-context.ts';
import { type DeployPlan, isEmptyPlan } from './deploy-plan.ts';
import type { DeployReport } from './deploy-report.ts';
import type { DeployRequest } from './deploy-request.ts';
import { generatedVersion } from './generated-version.ts';
import { type Prepared, prepare } from './prepare.ts';

/** @throws AppcfgError; the former release serves unless the error says otherwise */
export async function deploy(asked: DeployRequest, context: DeployContext): Promise<DeployReport> {
  const { planFile } = asked;
  // A saved plan has to name the version that it was made with.
  const isGenerating = planFile !== undefined && asked.manners === 'gcloud';
  const request = isGenerating ? { ...asked, generatedVersion: generatedVersion(context.clock.now()) } : asked;
  const prepared = await prepare(request, context);
  const { plan } = prepared;
  for (const warning of plan.warnings) context.reporter.event({ type: 'warning', ...warning });
  if (planFile !== undefined) return savePlan({ request, planFile }, prepared, context);
  if (isEmptyPlan(plan)) return finish('unchanged', prepared, plan.current, context);
  if (request.isDryRun) return finish('planned', prepared, plan.current, context);
  if (request.asksFirst === true && !(await context.reporter.confirm(confirmation(plan)))) {
    throw failure('deploy.declined', { application: plan.application });
  }
  return carryOut(prepared, context, request.waitMs);
}

async function savePlan(
  { request, planFile }: { readonly request: DeployRequest; readonly planFile: string },
  prepared: Prepared,
  context: DeployContext,
): Promise<DeployReport> {
  const { plan } = prepared;
  const { backend, clock, signal } = context;
  requireOutside(planFile, plan);
  const [last] = await backend.operations.list(plan.application, { signal });
  const [{ planToSave }, { writePlanFile }] = await Promise.all([import('./save-plan.ts'), import('./plan-file.ts')]);
  const lastOperation = last === undefined ? {} : { lastOperation: last.id };
  writePlanFile(planFile, planToSave({ request, plan, backend: backend.name, nowMs: clock.now(), ...lastOperation }));
  return { ...finish('planned', prepared, plan.current, context), planFile };
}

/** Among the files of a module it would be one of them, and change what it describes. */
function requireOutside(file: string, { modules }: DeployPlan): void {
  const around = modules.find(({ packaged }) => !relative(packaged.directory, file).startsWith('..'));
  if (around === undefined || file.endsWith(PLAN_EXTENSION)) return;
  const reason = `it would be deployed as one of the files of module ${around.packaged.module}`;
  throw failure('plan.not-written', { file, reason });
}
