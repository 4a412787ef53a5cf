/** `delete-version`: removes a version that takes no traffic. */
import { BaseCommand } from '../cli/base-command.ts';
import { dryRunFlag, targetFlags } from '../cli/flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { failure } from '../errors.ts';
import { deleteVersion } from '../operate/delete-version.ts';
import { resolveVersion } from '../operate/resolve-target.ts';

export default class DeleteVersion extends BaseCommand {
  static override summary = 'Delete a version that takes no traffic.';
  static override description =
    'A module other than the default goes with its last version. A terminal asks before it deletes; scripts are not asked, as in the original. A rollback to a release that had the version brings it back.';
  static override examples = ['<%= config.bin %> delete-version -A my-app -M my-module -V v1'];
  static override flags = { ...targetFlags, ...dryRunFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(DeleteVersion);
    await this.perform(flags, async (session) => {
      const { version } = flags;
      if (version === undefined)
        throw failure('usage.missing-argument', { command: this.spokenId(), missing: ['-V VERSION'] });
      const context = await session.context();
      const name = await resolveVersion(context, { ...flags, workingDirectory: session.workingDirectory });
      const message = `Delete version ${name.version} of module ${name.module} of application ${name.application}?`;
      const isDryRun = flags['dry-run'];
      if (!isDryRun && !(await session.reporter.confirm({ message, defaultAnswer: true }))) {
        throw failure('cli.declined', { question: message });
      }
      const result = await deleteVersion(context, { ...name, isDryRun });
      return changeOutcome(result, {
        done: `version ${name.version} of module ${name.module} is deleted.`,
        unchanged: `There is no version ${name.version} of module ${name.module}.`,
      });
    });
  }
}
