/** `status`: what is live, and how it differs from the files and from the last release. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { readVariables, type VariableFlagValues, variableFlags } from '../cli/deploy-flags.ts';
import { variablesFor } from '../cli/environment-flags.ts';
import { applicationOnly } from '../cli/flags.ts';
import { localArgs } from '../cli/local-flags.ts';
import { renderStatus } from '../cli/render/status.ts';
import type { Session } from '../cli/session.ts';
import type { DriftRequest } from '../operate/drift.ts';
import { isDrifting, status } from '../operate/status.ts';

interface StatusFlags extends VariableFlagValues {
  readonly application?: string | undefined;
  readonly 'all-modules': boolean;
}

export default class Status extends BaseCommand {
  static override summary = 'Show what is live, and where.';
  static override description =
    `Applications, modules, versions, traffic, instances and settings; of one application, or of all. Also what was changed by hand since the release that is live (traffic, instances, settings ...), by whom and when.

With paths it shows too how what is live differs from those files: files and configuration that changed, what is not deployed, and, for a directory, what is deployed and not here.`;
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status -A my-app --json',
    '<%= config.bin %> status . --all-modules --exit-code',
  ];
  static override args = {
    paths: { ...localArgs.paths, description: 'Yaml files of modules and of settings, or one directory, to compare.' },
  };
  static override flags = {
    ...applicationOnly,
    'all-modules': Flags.boolean({ summary: 'Compare every module file below the directory, not just its app.yaml.' }),
    ...variableFlags,
    'exit-code': Flags.boolean({ summary: 'Exit with 1 when anything differs, from the files or from the release.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Status);
    await this.perform(flags, async (session) => {
      const { application } = flags;
      const files = comparedFiles(args.paths ?? [], flags, session);
      const found = await status(await session.context(), {
        ...(application === undefined ? {} : { application }),
        ...(files === undefined ? {} : { files }),
      });
      return {
        data: found,
        text: (style) => renderStatus(found, style),
        exitCode: flags['exit-code'] && isDrifting(found) ? 1 : 0,
      };
    });
  }
}

/** An option that is about files stands for those of the current directory. */
function comparedFiles(paths: readonly string[], flags: StatusFlags, session: Session): DriftRequest | undefined {
  const environmentVariables = readVariables('status', flags, session);
  const isAboutFiles = flags['all-modules'] || Object.keys(environmentVariables).length > 0;
  if (paths.length === 0 && !isAboutFiles) return undefined;
  return {
    paths,
    workingDirectory: session.workingDirectory,
    application: flags.application,
    allModules: Boolean(flags['all-modules']),
    // What is live has passed this check, or was let through.
    allowsAnyRuntime: true,
    environmentVariables,
    variables: variablesFor(environmentVariables, session),
    cacheDirectory: session.cacheDirectory,
  };
}
