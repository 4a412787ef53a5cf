/** `config unset`: takes back one of the user's own settings. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { storedValue } from '../../cli/change-setting.ts';
import { requireKey } from '../../cli/configuration/setting-keys.ts';

export default class ConfigUnset extends BaseCommand {
  static override summary = 'Take back one of your own settings.';
  static override examples = ['<%= config.bin %> config unset application'];
  static override args = { key: Args.string({ description: 'Setting.', required: true }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigUnset);
    await this.perform(flags, async (session) => {
      const key = requireKey(args.key);
      storedValue(session, key, undefined);
      return { data: { key }, text: () => `${key} is not set any more.`, isConfirmation: true };
    });
  }
}
