/** `platform stop`: ends the platform on this machine; what is deployed stays deployed. */
import { BaseCommand } from '../../cli/base-command.ts';

export default class PlatformStop extends BaseCommand {
  static override summary = 'Stop the platform and all instances.';
  static override description = 'What is deployed stays deployed, and runs again after the next start.';
  static override examples = ['<%= config.bin %> platform stop'];

  async run(): Promise<void> {
    const { flags } = await this.parse(PlatformStop);
    await this.perform(flags, async (session) => {
      const wasRunning = await (await session.localPlatform()).stop();
      return {
        data: { wasRunning },
        text: () => (wasRunning ? 'The platform has stopped.' : 'The platform was not running.'),
        isConfirmation: true,
      };
    });
  }
}
