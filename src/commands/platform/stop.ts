/** `platform stop`: ends the platform on this machine; what is deployed stays deployed. */
import { BaseCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags.ts';

export default class PlatformStop extends BaseCommand {
  static override summary = 'Stop the platform and all instances.';
  static override description = 'What is deployed stays deployed, and runs again after the next start.';
  static override examples = ['<%= config.bin %> platform stop'];
  static override flags = dryRunFlag;

  async run(): Promise<void> {
    const { flags } = await this.parse(PlatformStop);
    await this.perform(flags, async (session) => {
      const platform = await session.localPlatform();
      if (flags['dry-run']) {
        const isRunning = (await platform.find()) !== undefined;
        return {
          data: { isRunning, wouldStop: isRunning },
          text: () => (isRunning ? 'The platform would be stopped.' : 'The platform is not running.'),
        };
      }
      const wasRunning = await platform.stop();
      return {
        data: { wasRunning },
        text: () => (wasRunning ? 'The platform has stopped.' : 'The platform was not running.'),
        isConfirmation: true,
      };
    });
  }
}
