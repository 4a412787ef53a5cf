/** `platform restart`: stops and starts the platform on this machine. */
import { BaseCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags.ts';
import { isolationFlags } from '../../cli/isolation-flags.ts';
import { platformPortFlags } from '../../cli/platform-flags.ts';
import { renderPlatformReady } from '../../cli/render/platform-status.ts';

export default class PlatformRestart extends BaseCommand {
  static override summary = 'Stop and start the platform.';
  static override description =
    'What should run, runs again. Needed after an upgrade of appcfg: tool and platform have to be of the same version.';
  static override examples = ['<%= config.bin %> platform restart'];
  static override flags = { ...platformPortFlags, ...isolationFlags, ...dryRunFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(PlatformRestart);
    await this.perform(flags, async (session) => {
      const platform = await session.localPlatform();
      if (flags['dry-run']) {
        const isRunning = (await platform.find()) !== undefined;
        return {
          data: { isRunning, wouldStop: isRunning, wouldStart: true },
          text: () => `The platform would be ${isRunning ? 'stopped and started' : 'started'}.`,
        };
      }
      const wasRunning = await platform.stop();
      const started = await platform.start({
        port: flags.port,
        controlPort: flags['control-port'],
        isolation: flags.isolation,
        requiredIsolation: flags['require-isolation'],
      });
      for (const message of started.notes) session.reporter.event({ type: 'note', message });
      return {
        data: { ...started.status, wasRunning },
        text: () => renderPlatformReady(started.status),
        isConfirmation: true,
      };
    });
  }
}
