/** `package`: the files of a module as a zip archive. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { localArgs, localFlags, localSelection } from '../cli/local-flags.ts';
import { bytes, count } from '../cli/render/quantity.ts';
import { writePackage } from '../operate/write-package.ts';

export default class Package extends BaseCommand {
  static override summary = 'Write the files of a module as a zip archive.';
  static override description = 'The same files that a deploy would take. Equal files give equal archives.';
  static override examples = ['<%= config.bin %> package app.yaml -o app.zip'];
  static override args = localArgs;
  static override flags = {
    ...localFlags,
    output: Flags.string({ char: 'o', summary: 'The archive.', helpValue: 'FILE', required: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Package);
    await this.perform(flags, async (session) => {
      const selection = localSelection(args.paths ?? [], flags, session);
      const written = await writePackage({ ...selection, output: flags.output }, session.signal);
      return {
        data: written,
        text: () =>
          `${written.output} has ${count(written.files, 'file')} (${bytes(written.bytes)} before compression).`,
        isConfirmation: true,
      };
    });
  }
}
