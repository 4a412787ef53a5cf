/** `files`: which files a deploy would take. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { localArgs, localFlags, localSelection } from '../cli/local-flags.ts';
import { renderFiles } from '../cli/render/files.ts';
import { listFiles } from '../operate/list-files.ts';

export default class Files extends BaseCommand {
  static override summary = 'List the files that a deploy would take.';
  static override description =
    'With --ignored also what is left out, and by which rule. It warns of files that look like secrets, and of files that git ignores.';
  static override examples = ['<%= config.bin %> files', '<%= config.bin %> files app.yaml --ignored'];
  static override args = localArgs;
  static override flags = {
    ...localFlags,
    ignored: Flags.boolean({ char: 'i', summary: 'Also what is left out, with the rule that does it.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Files);
    await this.perform(flags, async (session) => {
      const modules = await listFiles(localSelection(args.paths ?? [], flags, session), session.signal);
      return { data: { modules }, text: (style) => renderFiles(modules, style, flags.ignored) };
    });
  }
}
