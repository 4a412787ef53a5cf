/** `config list`: every setting, its value, and where that comes from. */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderSettings } from '../../cli/render/access.ts';
import { settingRows } from '../../cli/setting-rows.ts';

export default class ConfigList extends BaseCommand {
  static override summary = 'Show every setting and where its value comes from.';
  static override description =
    'An option of the command line wins over the environment, that over the file of the project (.appcfg.json, here or in a directory above), and that over your own settings. What a context brings has the rank of where the context is named.';
  static override examples = ['<%= config.bin %> config list', '<%= config.bin %> config list --context production'];

  async run(): Promise<void> {
    const { flags } = await this.parse(ConfigList);
    await this.perform(flags, async (session) => {
      const settings = settingRows(session);
      return { data: { settings }, text: (style) => renderSettings(settings, style) };
    });
  }
}
