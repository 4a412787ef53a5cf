/** `secret list`: the secrets of an application, without their values. */
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderSecrets } from '../../cli/render/secrets.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { listSecrets } from '../../operate/secrets.ts';

export default class SecretList extends BaseCommand {
  static override summary = 'List secrets: names, who set them and when; never values.';
  static override examples = ['<%= config.bin %> secret list -A my-app'];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(SecretList);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const secrets = await listSecrets(context, application);
      return { data: { application, secrets }, text: (style) => renderSecrets(secrets, style) };
    });
  }
}
