/** `platform status`: does the platform on this machine run, and where does it answer. */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderPlatformStatus } from '../../cli/render/platform-status.ts';

export default class PlatformStatus extends BaseCommand {
  static override summary = 'Show whether the platform runs, and where.';
  static override description = 'The exit code is 1 when it does not run.';
  static override examples = ['<%= config.bin %> platform status', '<%= config.bin %> platform status --json'];

  async run(): Promise<void> {
    const { flags } = await this.parse(PlatformStatus);
    await this.perform(flags, async (session) => {
      const status = await (await session.localPlatform()).find();
      if (status === undefined) {
        return {
          data: { isRunning: false },
          text: () =>
            'The platform is not running. It starts by itself when it is needed, or with: appcfg platform start',
          exitCode: 1,
        };
      }
      return { data: { isRunning: true, ...status }, text: (style) => renderPlatformStatus(status, style) };
    });
  }
}
