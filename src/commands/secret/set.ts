/** `secret set`: gives an application secrets. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { changeOutcome } from '../../cli/render/change.ts';
import { readSecrets } from '../../cli/secret-input.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { changeSecrets } from '../../operate/secrets.ts';

export default class SecretSet extends BaseCommand {
  static override summary = 'Set secrets: variables whose values nobody reads back.';
  static override description =
    `The value is asked for, or read from standard input or a file; never from the command line, where others see it. All versions get it at once: those that serve are started anew beside the old ones, and nothing changes if one does not start. A secret wins over a variable of the same name in a yaml file.

Each release keeps the values it was given: a rollback brings them back.`;
  static override examples = [
    '<%= config.bin %> secret set DATABASE_PASSWORD -A my-app',
    '<%= config.bin %> secret set DATABASE_PASSWORD -A my-app < password.txt',
    '<%= config.bin %> secret set --env-file production.env -A my-app',
    '<%= config.bin %> secret set API_KEY --staged && <%= config.bin %> deploy',
  ];
  static override args = { names: Args.string({ description: 'Names of secrets.', multiple: true }) };
  static override flags = {
    ...applicationOnly,
    ...dryRunFlag,
    file: Flags.string({ summary: 'File that holds the value.', helpValue: 'FILE' }),
    'env-file': Flags.string({ summary: 'File of secrets, NAME=VALUE a line.', helpValue: 'FILE' }),
    staged: Flags.boolean({ summary: 'Give them to what is deployed next, and leave what runs alone.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretSet);
    await this.perform(flags, async (session) => {
      const command = this.spokenId();
      const { file, 'env-file': environmentFile } = flags;
      const set = await readSecrets({ command, names: args.names ?? [], file, environmentFile }, session);
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const wish = { application, set, unset: [], isStaged: flags.staged, isDryRun: flags['dry-run'] };
      const names = Object.keys(set).join(', ');
      return changeOutcome(await changeSecrets(context, wish), {
        done: flags.staged ? `what is deployed next gets ${names}.` : `${names} set.`,
        unchanged: 'Nothing is to be set.',
      });
    });
  }
}
