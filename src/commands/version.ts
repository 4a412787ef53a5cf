/** `version`: what runs here. */
import { BaseCommand } from '../cli/base-command.ts';

export default class Version extends BaseCommand {
  static override summary = 'Print the version of appcfg.';
  static override examples = ['<%= config.bin %> version', '<%= config.bin %> version --json'];

  async run(): Promise<void> {
    const { flags } = await this.parse(Version);
    await this.perform(flags, async () => ({
      data: { version: this.config.version, node: process.version, platform: `${process.platform}-${process.arch}` },
      text: () => this.config.userAgent,
    }));
  }
}
