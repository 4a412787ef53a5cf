/** `vacuum-indexes`: removes indexes that index.yaml no longer names. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../cli/flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { count } from '../cli/render/quantity.ts';
import { deleteIndexes, findUnusedIndexes } from '../operate/vacuum-indexes.ts';

export default class VacuumIndexes extends BaseCommand {
  static override summary = 'Delete indexes that index.yaml no longer names.';
  static override description = 'A terminal asks for each index; without one only --force or --yes delete any.';
  static override examples = ['<%= config.bin %> vacuum-indexes .', '<%= config.bin %> vacuum-indexes . --force'];
  static override args = {
    path: Args.string({ description: 'index.yaml, or the directory that has it. Default: the current directory.' }),
  };
  static override flags = {
    ...applicationOnly,
    ...dryRunFlag,
    force: Flags.boolean({ char: 'f', summary: 'Delete all of them without asking.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VacuumIndexes);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const { workingDirectory } = session;
      const request = { path: args.path ?? '.', workingDirectory, application: flags.application };
      const { application, unused } = await findUnusedIndexes(context, request);
      const isDryRun = flags['dry-run'];
      const indexes = [];
      for (const { index, label } of unused) {
        const message = `index.yaml no longer names the index ${label}. Delete it?`;
        const isDoomed = flags.force || isDryRun || (await session.reporter.confirm({ message, defaultAnswer: false }));
        if (isDoomed) indexes.push(index);
      }
      const result = await deleteIndexes(context, { application, indexes, isDryRun });
      const kept =
        unused.length === 0 ? 'There are no indexes that index.yaml does not name.' : 'No index was deleted.';
      return changeOutcome(result, { done: `${count(indexes.length, 'index', 'indexes')} deleted.`, unchanged: kept });
    });
  }
}
