/** `platform start`: starts the platform on this machine in the background. */
import { BaseCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags.ts';
import { isolationFlags } from '../../cli/isolation-flags.ts';
import { platformPortFlags } from '../../cli/platform-flags.ts';
import { renderPlatformReady } from '../../cli/render/platform-status.ts';

export default class PlatformStart extends BaseCommand {
  static override summary = 'Start the platform in the background.';
  static override description =
    'Does nothing when it runs. Other commands start it when they need it; this one is for choosing its ports and its isolation, and for starting it early.';
  static override examples = [
    '<%= config.bin %> platform start',
    '<%= config.bin %> platform start --port 8000',
    '<%= config.bin %> platform start --require-isolation bwrap',
  ];
  static override flags = { ...platformPortFlags, ...isolationFlags, ...dryRunFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(PlatformStart);
    await this.perform(flags, async (session) => {
      const platform = await session.localPlatform();
      if (flags['dry-run']) {
        const isRunning = (await platform.find()) !== undefined;
        return {
          data: { isRunning, wouldStart: !isRunning },
          text: () => (isRunning ? 'The platform is running already.' : 'The platform would be started.'),
        };
      }
      const started = await platform.start({
        port: flags.port,
        controlPort: flags['control-port'],
        isolation: flags.isolation,
        requiredIsolation: flags['require-isolation'],
      });
      for (const message of started.notes) session.reporter.event({ type: 'note', message });
      return {
        data: { ...started.status, wasStarted: started.wasStarted },
        text: () => renderPlatformReady(started.status),
        isConfirmation: true,
      };
    });
  }
}
