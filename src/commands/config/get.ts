/** `config get`: the value of one setting. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { requireKey } from '../../cli/configuration/setting-keys.ts';
import { settingRow } from '../../cli/setting-rows.ts';

export default class ConfigGet extends BaseCommand {
  static override summary = 'Print the value of a setting.';
  static override description =
    'Only the value, for scripts; --json also says where it comes from. The exit code is 1 when it is not set.';
  static override examples = ['<%= config.bin %> config get server'];
  static override args = { key: Args.string({ description: 'Setting.', required: true }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigGet);
    await this.perform(flags, async (session) => {
      const row = settingRow(session, requireKey(args.key));
      return { data: row, text: () => row.value ?? '', exitCode: row.value === undefined ? 1 : 0 };
    });
  }
}
