/** Versions that are one program started in their own directory: by their entrypoint, or by a command of the runtime's. */
import { failure } from '../../errors.ts';
import { runtimeGeneration, type VersionSpec } from '../../model/version-spec.ts';
import { type Program, shellProgram } from './entrypoint.ts';
import {
  firstGenerationVariables,
  launchEnvironment,
  reservedVariableWarnings,
  secondGenerationVariables,
  type Variables,
} from './launch-environment.ts';
import type { BuildResult, LaunchCommand, LaunchContext } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';

/** The build of a version that brings all it needs. @throws AppcfgError `runtime.entrypoint-missing` */
export function entrypointBuild(spec: VersionSpec, reasonWithout: string): BuildResult {
  if (spec.entrypoint === undefined)
    throw failure('runtime.entrypoint-missing', { runtime: spec.runtime, reason: reasonWithout });
  return { warnings: variableWarnings(spec), facts: {} };
}

export function launchEntrypoint(context: LaunchContext, options: RuntimeOptions): LaunchCommand {
  return launchProgram(context, options, shellProgram(context.deployment.spec.entrypoint ?? ''));
}

/** Starts a program in the version's directory with the documented environment of its generation. */
export function launchProgram(
  context: LaunchContext,
  options: RuntimeOptions,
  program: Program & { readonly defaults?: Variables },
): LaunchCommand {
  const { deployment } = context;
  const isFirst = deployment.spec.environment === 'standard' && runtimeGeneration(deployment.spec.runtime) === 1;
  return {
    command: program.command,
    args: program.args,
    cwd: deployment.directory,
    environment: launchEnvironment(context, {
      platform: options.environment,
      fixed: isFirst ? firstGenerationVariables(context) : secondGenerationVariables(context),
      ...(program.defaults ? { defaults: program.defaults } : {}),
    }),
  };
}

export function variableWarnings(spec: VersionSpec): readonly string[] {
  return reservedVariableWarnings(spec, ['GOOGLE_CLOUD_PROJECT', 'APPLICATION_ID', 'INSTANCE_ID']);
}
