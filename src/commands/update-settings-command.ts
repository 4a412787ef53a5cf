/** What update-cron, update-queues, update-indexes, update-dispatch and update-dos have in common. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../cli/flags.ts';
import { nothingToRead } from '../cli/nothing-to-read.ts';
import { changeOutcome } from '../cli/render/change.ts';
import type { SettingsKind } from '../model/settings.ts';
import { replaceSettings } from '../operate/replace-settings.ts';
import { fileName } from '../operate/settings-file.ts';

export abstract class UpdateSettingsCommand extends BaseCommand {
  static override args = {
    path: Args.string({
      description: 'The directory that has the file, or the file. Default: the current directory.',
    }),
  };
  static override flags = { ...applicationOnly, ...dryRunFlag };

  /** Which settings, and what people call them. */
  protected abstract readonly kind: SettingsKind;
  protected abstract readonly noun: string;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(UpdateSettingsCommand);
    await this.perform(flags, async (session) => {
      const result = await replaceSettings(await session.context(), {
        kind: this.kind,
        path: args.path,
        workingDirectory: session.workingDirectory,
        application: flags.application,
        isDryRun: flags['dry-run'],
      });
      if (result === undefined) return nothingToRead(session, fileName(this.kind), args.path ?? '.');
      const of = `${this.noun} of application ${result.application}`;
      return changeOutcome(result, { done: `the ${of} are updated.`, unchanged: `The ${of} are up to date.` });
    });
  }
}
