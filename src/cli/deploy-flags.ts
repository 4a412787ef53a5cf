/** The options of `update` and `deploy`, and how they become a request. */
import { resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { DeployManners, DeployRequest } from '../deploy/deploy-request.ts';
import { failure } from '../errors.ts';
import { waitFlag } from './duration-flag.ts';
import { type EnvironmentFlagValues, environmentFlags, readEnvironment, variablesFor } from './environment-flags.ts';
import { dryRunFlag, targetFlags } from './flags.ts';
import type { Session } from './session.ts';

export const deployArgs = {
  paths: Args.string({
    description: 'Yaml files of modules and of settings, or one directory. Default: the current directory.',
    multiple: true,
  }),
} as const;

/** Every way to give a variable on the command line. */
export const variableFlags = {
  'env-variable': Flags.string({
    char: 'E',
    summary: 'Environment variable over those of the yaml file; may be repeated.',
    helpValue: 'NAME:VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  ...environmentFlags,
} as const;

export const deployFlags = {
  ...targetFlags,
  ...dryRunFlag,
  ...waitFlag,
  'plan-out': Flags.string({
    summary: 'Save the plan in a file (*.appcfg-plan), for "appcfg apply", and change nothing.',
    helpValue: 'FILE',
  }),
  runtime: Flags.string({ char: 'r', summary: 'Runtime instead of the one in the yaml file.', helpValue: 'RUNTIME' }),
  ...variableFlags,
  'allow-any-runtime': Flags.boolean({ char: 'R', summary: 'Take runtimes that are not in the list.' }),
  promote: Flags.boolean({
    summary: 'Send all traffic to the deployed versions, or none that they do not have already.',
    allowNo: true,
  }),
  'auto-order': Flags.boolean({ summary: 'Put the default module first if it is not.' }),
  'all-modules': Flags.boolean({ summary: 'With a directory: every module file below it, not just its app.yaml.' }),
  message: Flags.string({ char: 'm', summary: 'Why, for the list of releases.', helpValue: 'TEXT' }),
} as const;

export interface VariableFlagValues extends EnvironmentFlagValues {
  readonly 'env-variable'?: readonly string[] | undefined;
}

export interface DeployFlagValues extends VariableFlagValues {
  readonly application?: string | undefined;
  readonly module?: string | undefined;
  readonly version?: string | undefined;
  readonly runtime?: string | undefined;
  readonly 'allow-any-runtime': boolean;
  readonly promote?: boolean | undefined;
  readonly 'auto-order': boolean;
  readonly 'all-modules': boolean;
  readonly 'dry-run': boolean;
  readonly 'plan-out'?: string | undefined;
  readonly wait?: number | undefined;
  readonly message?: string | undefined;
}

export interface DeployCommandLine {
  readonly command: 'update' | 'deploy';
  readonly manners: DeployManners;
  readonly paths: readonly string[];
  readonly flags: DeployFlagValues;
  readonly stopPrevious: boolean;
}

export function deployRequest(line: DeployCommandLine, session: Session): DeployRequest {
  const { flags } = line;
  const environmentVariables = readVariables(line.command, flags, session);
  const planFile = flags['plan-out'];
  const { application } = session.configuration();
  return {
    paths: line.paths,
    workingDirectory: session.workingDirectory,
    manners: line.manners,
    overrides: {
      application: flags.application,
      module: flags.module,
      version: flags.version,
      runtime: flags.runtime,
      environmentVariables,
    },
    variables: variablesFor(environmentVariables, session),
    promote: flags.promote,
    stopPrevious: line.stopPrevious,
    isDryRun: flags['dry-run'],
    ...(flags.wait === undefined ? {} : { waitMs: flags.wait }),
    ...(planFile === undefined ? {} : { planFile: resolve(session.workingDirectory, planFile) }),
    asksFirst: line.command === 'deploy',
    autoOrder: flags['auto-order'],
    allModules: flags['all-modules'],
    allowsAnyRuntime: flags['allow-any-runtime'],
    commandName: `appcfg ${line.command}`,
    ...(application?.origin === 'user' ? { defaultApplication: application.value } : {}),
    createdBy: session.createdBy,
    message: flags.message,
  };
}

export function readVariables(
  command: string,
  flags: VariableFlagValues,
  session: Session,
): Readonly<Record<string, string>> {
  const fromFlags = readEnvironmentVariables(flags['env-variable'] ?? [], command);
  return { ...readEnvironment(command, flags, session), ...fromFlags };
}

/** `NAME:VALUE`, split at the first colon as in the original. */
function readEnvironmentVariables(pairs: readonly string[], command: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const colon = pair.indexOf(':');
      if (colon > 0 && /^[A-Za-z_]\w*$/.test(pair.slice(0, colon)))
        return [pair.slice(0, colon), pair.slice(colon + 1)];
      // What follows the colon may be a secret.
      const value = colon === -1 ? pair : pair.slice(0, colon + 1);
      const expected = 'NAME:VALUE, with a name of letters, digits and underscores that begins with no digit';
      throw failure('usage.invalid-value', { command, what: '--env-variable', value, expected });
    }),
  );
}
