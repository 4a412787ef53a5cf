/** `config set`: changes the user's own settings. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { storedValue } from '../../cli/change-setting.ts';
import { requireKey } from '../../cli/configuration/setting-keys.ts';

export default class ConfigSet extends BaseCommand {
  static override summary = 'Set one of your own settings.';
  static override description =
    'Kept for all your projects. Settings: server, application, backend, context, ca_cert, credential_store. To set something for everybody who works on a project, write it into .appcfg.json there.';
  static override examples = [
    '<%= config.bin %> config set application shop',
    '<%= config.bin %> config set credential_store file',
  ];
  static override args = {
    key: Args.string({ description: 'Setting.', required: true }),
    value: Args.string({ description: 'Its value.', required: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigSet);
    await this.perform(flags, async (session) => {
      const key = requireKey(args.key);
      const value = storedValue(session, key, args.value);
      return { data: { key, value }, text: () => `${key} is ${value}.`, isConfirmation: true };
    });
  }
}
