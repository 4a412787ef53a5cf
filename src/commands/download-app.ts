/** `download-app`: the files of a deployed version. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { targetFlags } from '../cli/flags.ts';
import { bytes, count } from '../cli/render/quantity.ts';
import { failure } from '../errors.ts';
import { downloadSource } from '../operate/download-source.ts';

export default class DownloadApp extends BaseCommand {
  static override summary = 'Download the files of a deployed version.';
  static override description = 'Without -V, of the version that takes most traffic.';
  static override examples = ['<%= config.bin %> download-app ./copy -A my-app -M my-module -V v1'];
  static override args = {
    directory: Args.string({ description: 'New or empty directory.', required: true }),
  };
  static override flags = targetFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DownloadApp);
    await this.perform(flags, async (session) => {
      const { workingDirectory } = session;
      const { application } = flags;
      if (application === undefined) {
        throw failure('usage.missing-argument', { command: this.spokenId(), missing: ['-A APP'] });
      }
      const result = await downloadSource(await session.context(), {
        application,
        module: flags.module,
        version: flags.version,
        directory: args.directory,
        workingDirectory,
      });
      const { module, version, directory, files } = result;
      return {
        data: result,
        text: () => `${module}:${version} is in ${directory} (${count(files, 'file')}, ${bytes(result.bytes)}).`,
        isConfirmation: true,
      };
    });
  }
}
