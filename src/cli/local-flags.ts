/** The options of commands that look at files of this machine and ask no backend. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { targetFlags } from './flags.ts';
import type { Session } from './session.ts';

export const localArgs = {
  paths: Args.string({
    description: 'Yaml files of modules and of settings, or one directory. Default: the current directory.',
    multiple: true,
  }),
} as const;

export const localFlags = {
  ...targetFlags,
  runtime: Flags.string({ char: 'r', summary: 'Runtime instead of the one in the yaml file.', helpValue: 'RUNTIME' }),
  'allow-any-runtime': Flags.boolean({ char: 'R', summary: 'Take runtimes that are not in the list.' }),
  'all-modules': Flags.boolean({ summary: 'With a directory: every module file below it, not just its app.yaml.' }),
} as const;

export interface LocalFlagValues {
  readonly application?: string | undefined;
  readonly module?: string | undefined;
  readonly version?: string | undefined;
  readonly runtime?: string | undefined;
  readonly 'allow-any-runtime': boolean;
  readonly 'all-modules': boolean;
}

export interface LocalSelection {
  readonly paths: readonly string[];
  readonly workingDirectory: string;
  readonly application?: string | undefined;
  readonly module?: string | undefined;
  readonly version?: string | undefined;
  readonly runtime?: string | undefined;
  readonly allowsAnyRuntime: boolean;
  readonly allModules: boolean;
}

export function localSelection(paths: readonly string[], flags: LocalFlagValues, session: Session): LocalSelection {
  const { application, module, version, runtime } = flags;
  return {
    paths,
    workingDirectory: session.workingDirectory,
    application,
    module,
    version,
    runtime,
    allowsAnyRuntime: flags['allow-any-runtime'],
    allModules: flags['all-modules'],
  };
}
