/** `complete`: what the last word of a line may become, for the completion of shells. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { commandNames } from '../cli/command-names.ts';
import { type Candidate, completeLine } from '../cli/completion/complete-line.ts';
import { askRunningPlatform } from '../cli/completion/live-candidates.ts';
import { FILES_LINE } from '../cli/completion/shell-scripts.ts';
import { printable } from '../cli/render/printable.ts';
import { liveNames } from '../operate/live-names.ts';

export default class Complete extends BaseCommand {
  static override hidden = true;
  static override summary = 'Print how a line may go on, for shells.';
  static override description = 'One candidate a line, with a tab and what it is. It starts no platform.';
  static override examples = ['<%= config.bin %> complete -- update --vers'];
  static override args = {
    words: Args.string({
      description: "What follows the program's name; the last word is unfinished.",
      multiple: true,
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Complete);
    await this.perform(flags, async (session) => {
      const words = args.words ?? [];
      const { candidates, live, takesFiles } = completeLine(words, this.config.commands, commandNames(this.config));
      const names =
        live === undefined
          ? []
          : await askRunningPlatform(session, (context) =>
              liveNames(context, { ...live, workingDirectory: session.workingDirectory }),
            );
      const all = [...candidates, ...names.map(({ name, explanation }): Candidate => ({ word: name, explanation }))];
      const fitting = all.filter(({ word }) => word.startsWith(words.at(-1) ?? ''));
      const lines = fitting.map(({ word, explanation }) => printable(`${word}\t${explanation}`));
      return {
        data: { candidates: fitting, takesFiles },
        text: () => [...lines, ...(takesFiles ? [FILES_LINE] : [])].join('\n'),
      };
    });
  }
}
