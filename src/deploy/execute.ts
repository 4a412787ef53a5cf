/** Applies a plan: the only part of a deploy that changes anything. */
import { randomUUID } from 'node:crypto';
import { failure } from '../errors.ts';
import type { AskedDeploy } from '../model/asked-deploy.ts';
import type { Operation } from '../model/operation.ts';
import { countOf } from '../support/count-of.ts';
import { formatBytes } from '../support/format-bytes.ts';
import { commitRelease } from './commit-release.ts';
import type { DeployContext } from './deploy-context.ts';
import type { DeployPlan } from './deploy-plan.ts';
import type { MissingFiles } from './missing-files.ts';
import type { Phases } from './phases.ts';
import { runSteps, type StepTable } from './run-steps.ts';
import { type DeployStep, deploySteps } from './steps.ts';

export interface Execution {
  readonly uploaded: { readonly files: number; readonly bytes: number };
  /** Of the release, once it is live. */
  readonly operation?: Operation;
}

export interface ExecutionContext extends DeployContext {
  readonly phases: Phases;
  /** Only against the very state that the plan was made against. */
  readonly isExact: boolean;
  readonly asked: AskedDeploy;
}

const actions: StepTable<DeployStep, Execution, ExecutionContext> = {
  'send-files': {
    // Without undo: files are addressed by their content and change nothing until a release names them; the
    // backend collects those that none does, and keeping them makes the next attempt shorter.
    run: (step, execution, context) =>
      context.phases.run({
        phase: 'upload',
        label: 'Sending files',
        work: () => sendFiles(step, execution, context),
        detail: ({ uploaded }) => `${countOf(uploaded.files, 'file')}, ${formatBytes(uploaded.bytes)}`,
      }),
  },
  'commit-release': {
    // Without undo: a release that fails leaves the former one, and one that is live serves.
    commits: true,
    run: (step, execution, context) =>
      context.phases.run({
        phase: 'release',
        label: 'Going live',
        work: async () => ({ ...execution, operation: await commitRelease(step.request, context) }),
        detail: ({ operation }) => `release ${operation?.release ?? ''}`.trim(),
      }),
  },
};

/** @throws AppcfgError with where things stand; the former release serves unless the error says otherwise */
export async function executePlan(
  plan: DeployPlan,
  missing: MissingFiles,
  context: ExecutionContext,
): Promise<Operation> {
  const [first] = plan.modules;
  const commit = first && (await context.commitOf?.(first.packaged.directory));
  const { isExact, asked } = context;
  const facts = {
    requestId: randomUUID(),
    isExact,
    ...(commit ? { commit } : {}),
    asked,
  };
  const steps = deploySteps(plan, missing.blobs, facts);
  const nothingSent: Execution = { uploaded: { files: 0, bytes: 0 } };
  const { operation } = await runSteps(steps, actions, nothingSent, { context });
  if (!operation) throw failure('internal', { reason: 'a deploy without a release' });
  return operation;
}

async function sendFiles(
  step: Extract<DeployStep, { readonly kind: 'send-files' }>,
  execution: Execution,
  { backend, reporter, signal }: ExecutionContext,
): Promise<Execution> {
  const totalFiles = step.blobs.length;
  const totalBytes = step.blobs.reduce((sum, blob) => sum + blob.size, 0);
  await backend.files.put(step.application, step.blobs, {
    signal,
    trees: step.trees,
    onProgress: (files, bytes) => reporter.event({ type: 'upload-progress', files, totalFiles, bytes, totalBytes }),
  });
  return { ...execution, uploaded: { files: totalFiles, bytes: totalBytes } };
}
