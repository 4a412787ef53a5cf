/** Runs one command of a build: its output goes to the deploy, and its last lines into the error. */
import { failure } from '../../errors.ts';
import type { BuildConfinement, BuildContext } from './runtime.ts';

export interface BuildStep {
  /** `pip install`, for messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where it may write; absent: it runs nobody's code but ours and the tool's. */
  readonly writes?: Pick<BuildConfinement, 'results' | 'caches'>;
}

const TIMEOUT_MS = 15 * 60_000;
/** Tools say why at the beginning or at the end. */
const FIRST_LINES = 8;
const LAST_LINES = 20;

/** @throws AppcfgError `runtime.build-failed` with the first and last lines of output */
export async function runBuildStep(context: BuildContext, step: BuildStep): Promise<void> {
  const first: string[] = [];
  const last: string[] = [];
  const { exitCode, signal } = await context.run({
    command: step.command,
    args: step.args,
    cwd: step.cwd,
    environment: step.environment,
    timeoutMs: TIMEOUT_MS,
    onOutput: (line) => {
      if (first.length < FIRST_LINES) first.push(line);
      else last.push(line);
      if (last.length > LAST_LINES) last.shift();
      context.onOutput(line);
    },
    ...(step.writes ? { confine: { ...confined(context), ...step.writes } } : {}),
    ...(context.signal ? { signal: context.signal } : {}),
  });
  context.signal?.throwIfAborted();
  if (exitCode === 0) return;
  const reason = signal === null ? `exit code ${exitCode}` : `ended by ${signal}`;
  throw failure('runtime.build-failed', { step: step.name, reason, output: [...first, ...last] });
}

function confined({ deployment }: BuildContext): Pick<BuildConfinement, 'application' | 'directory'> {
  return { application: deployment.application, directory: deployment.directory };
}
