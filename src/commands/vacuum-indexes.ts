/** `vacuum-indexes`: removes indexes that index.yaml no longer names. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { chooseIndexes } from '../cli/choose-indexes.ts';
import { applicationOnly, dryRunFlag } from '../cli/flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { count } from '../cli/render/quantity.ts';
import { failure } from '../errors.ts';
import { deleteIndexes, findUnusedIndexes } from '../operate/vacuum-indexes.ts';

export default class VacuumIndexes extends BaseCommand {
  static override summary = 'Delete indexes that index.yaml no longer names.';
  static override description =
    'A terminal asks for each index: N keeps it, y deletes it, a deletes it and all that follow. Without a terminal only --force or --yes delete any.';
  static override examples = ['<%= config.bin %> vacuum-indexes .', '<%= config.bin %> vacuum-indexes . --force'];
  static override args = {
    path: Args.string({
      description: 'The directory that has index.yaml, or the file. Default: the current directory.',
    }),
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
      const isDryRun = flags['dry-run'];
      const takesAll = flags.force || flags.yes;
      const request = { path: args.path, workingDirectory, application: flags.application };
      const { application, file, unused } = await findUnusedIndexes(context, request);
      const directory = args.path ?? '.';
      if (file === undefined) {
        // Every index of the application would go because of a mistyped directory.
        if (takesAll && !isDryRun) throw failure('settings.no-file', { file: 'index.yaml', directory });
        const message = `There is no index.yaml in ${directory}, so every index counts as unused.`;
        session.reporter.event({ type: 'warning', code: 'no-file', message });
      }
      const asker = await session.asker();
      const indexes =
        takesAll || isDryRun ? unused.map(({ index }) => index) : asker ? await chooseIndexes(unused, asker) : [];
      const result = await deleteIndexes(context, { application, indexes, isDryRun });
      const labels = unused.map(({ label }) => `\n  ${label}`).join('');
      const kept =
        unused.length === 0
          ? 'There are no indexes that index.yaml does not name.'
          : asker
            ? 'No index was deleted.'
            : `No index was deleted; --force deletes those that index.yaml does not name:${labels}`;
      return changeOutcome(result, { done: `${count(indexes.length, 'index', 'indexes')} deleted.`, unchanged: kept });
    });
  }
}
