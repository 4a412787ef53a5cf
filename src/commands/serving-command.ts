/** What start and stop have in common. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { dryRunFlag, targetFlags } from '../cli/flags.ts';
import { versionChangesOutcome } from '../cli/render/version-changes.ts';
import { failure } from '../errors.ts';
import type { ServingStatus } from '../model/application.ts';
import { resolveVersions } from '../operate/resolve-target.ts';
import { setServingStatus } from '../operate/start-version.ts';

export abstract class ServingCommand extends BaseCommand {
  static override args = {
    paths: Args.string({ description: 'Yaml files of modules.', multiple: true }),
  };
  static override flags = { ...targetFlags, ...dryRunFlag };

  protected abstract readonly status: ServingStatus;
  /** The end of "Version v1 of module default ...". */
  protected abstract readonly words: { readonly done: string; readonly unchanged: string };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ServingCommand);
    const paths = args.paths ?? [];
    await this.perform(flags, async (session) => {
      const command = this.spokenId();
      if (paths.length > 0 && flags.module !== undefined) {
        throw failure('usage.invalid', { command, reason: 'a yaml file names its module; name files or -M, not both' });
      }
      if (paths.length === 0 && flags.module === undefined && flags.version === undefined) {
        throw failure('usage.missing-argument', {
          command,
          missing: ['yaml files, or -A APP, -M MODULE and -V VERSION'],
        });
      }
      const context = await session.context();
      const target = { ...flags, paths, workingDirectory: session.workingDirectory };
      const versions = await resolveVersions(context, target);
      const how = { status: this.status, isDryRun: flags['dry-run'] };
      return versionChangesOutcome(await setServingStatus(context, versions, how), this.words);
    });
  }
}
