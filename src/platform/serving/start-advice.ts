/** Why an instance did not start, and the one thing to try. Pure. */
import { instanceClass, instanceClassesFor } from '../../model/instance-class.ts';
import type { StartProblem } from '../../model/start-problem.ts';
import type { VersionSpec } from '../../model/version-spec.ts';
import { dependencyAdvice, missingDependency } from './missing-dependency.ts';

export interface FailedStart {
  readonly problem: StartProblem | undefined;
  /** The last lines it printed. */
  readonly output: readonly string[];
  readonly spec: Pick<VersionSpec, 'runtime' | 'environment' | 'scaling' | 'instanceClass' | 'entrypoint'>;
}

export interface StartAdvice {
  readonly problem?: StartProblem;
  /** One sentence. */
  readonly suggestion?: string;
}

/** What interpreters print when they are refused memory, before they end by themselves. */
const OUT_OF_MEMORY =
  /JavaScript heap out of memory|^MemoryError\b|java\.lang\.OutOfMemoryError|cannot allocate memory/i;

export function startAdvice(failed: FailedStart): StartAdvice {
  const problem = toldApart(failed);
  return problem === undefined ? {} : { problem, suggestion: suggestion(problem, failed) };
}

function toldApart({ problem, output }: FailedStart): StartProblem | undefined {
  if (problem !== 'exited' && problem !== 'start-refused' && problem !== 'check-failed') return problem;
  if (output.some((line) => OUT_OF_MEMORY.test(line))) return 'out-of-memory';
  return missingDependency(output) ? 'missing-dependency' : problem;
}

function suggestion(problem: StartProblem, { spec, output }: FailedStart): string {
  switch (problem) {
    case 'exited':
      return 'Run it where you see everything it prints, and change it until it stays: appcfg dev <directory>';
    case 'command-not-found':
      return spec.entrypoint === undefined
        ? `Install what runs ${spec.runtime} on the platform's machine: appcfg doctor`
        : `Check "entrypoint: ${spec.entrypoint}" in the yaml file: its first word must be a program of the platform's machine or a deployed file.`;
    case 'missing-dependency': {
      const missing = missingDependency(output);
      return missing ? dependencyAdvice(missing, spec.runtime) : 'Deploy what it needs together with it.';
    }
    case 'wrong-port':
      return portAdvice(spec);
    case 'other-address':
      return `Let it listen on all addresses, 0.0.0.0, or on 127.0.0.1${isNode(spec) ? ': server.listen(process.env.PORT)' : ''}.`;
    case 'out-of-memory':
      return memoryAdvice(spec);
    case 'slow-start':
      return spec.environment === 'flexible'
        ? 'Open the port first and do the slow work after it, or raise app_start_timeout_sec under "readiness_check:".'
        : 'Open the port first, and do the slow work after it or in the request /_ah/start or /_ah/warmup.';
    case 'start-refused':
      return 'Answer GET /_ah/start with a status from 200 to 299, or with 404.';
    case 'check-failed':
      return 'Answer the path of the check with status 200 once it can serve; what needs longer gets it from app_start_timeout_sec under "readiness_check:" and initial_delay_sec under "liveness_check:".';
  }
}

function portAdvice(spec: FailedStart['spec']): string {
  const written = /(?:^|[\s:=])(\d{2,5})(?=\s|$)/.exec(spec.entrypoint ?? '')?.[1];
  if (written !== undefined) return `Write $PORT instead of ${written} in the yaml file's entrypoint.`;
  if (isNode(spec)) return 'Let it listen on the port in PORT: server.listen(process.env.PORT)';
  if (spec.runtime.startsWith('python')) return "Let it listen on the port in PORT: int(os.environ['PORT'])";
  return 'Let it listen on the port that the environment variable PORT names.';
}

function memoryAdvice(spec: FailedStart['spec']): string {
  if (spec.environment === 'flexible')
    return 'Give it more memory: raise memory_gb under "resources:" in the yaml file.';
  const now = instanceClass(spec.instanceClass)?.memoryMiB ?? 0;
  const larger = instanceClassesFor(spec.scaling.type)
    .flatMap((name) => instanceClass(name) ?? [])
    .filter(({ memoryMiB }) => memoryMiB > now)
    .sort((one, other) => one.memoryMiB - other.memoryMiB)[0];
  return larger === undefined
    ? `Let it use less memory: ${spec.instanceClass} is the largest instance class.`
    : `Give it more memory: "instance_class: ${larger.name}" in the yaml file.`;
}

function isNode({ runtime }: FailedStart['spec']): boolean {
  return runtime.startsWith('nodejs');
}
