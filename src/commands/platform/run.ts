/** `platform run`: the platform itself, in the foreground; also what `platform start` starts. */
import { join } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { isolationFlags } from '../../cli/isolation-flags.ts';
import { platformPortFlags } from '../../cli/platform-flags.ts';
import { remoteControl, remoteFlags } from '../../cli/remote-flags.ts';
import { renderPlatformReady } from '../../cli/render/platform-status.ts';

export default class PlatformRun extends BaseCommand {
  static override summary = 'Run the platform in the foreground, on servers.';
  static override description =
    `Until Ctrl-C or SIGTERM. With --json one document is printed when the platform is ready.

The control API listens on loopback. With --listen it also listens for other machines: over TLS only, and only when there is a token to sign in with (appcfg token create). The certificate is read again when its file changes, and on SIGHUP.`;
  static override examples = [
    '<%= config.bin %> platform run',
    '<%= config.bin %> platform run --host 0.0.0.0 --port 80 --control-port 8090',
    '<%= config.bin %> platform run --listen 0.0.0.0:8443 --tls-cert server.pem --tls-key server.key',
    '<%= config.bin %> platform run --trusted-proxy 127.0.0.1',
    '<%= config.bin %> platform run --public-url https://appcfg.example.com',
  ];
  static override flags = {
    ...platformPortFlags,
    ...isolationFlags,
    ...remoteFlags,
    host: Flags.string({
      summary: 'Address to listen on for applications.',
      helpValue: 'ADDRESS',
      default: '127.0.0.1',
    }),
    'keep-releases': Flags.integer({
      summary: 'Releases to keep of each application for rollback, the current one included. Default: 10.',
      helpValue: 'N',
      env: 'APPCFG_KEEP_RELEASES',
      min: 1,
      max: 1000,
    }),
    daemon: Flags.boolean({ summary: 'Report readiness to the starting process on file descriptor 3.', hidden: true }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(PlatformRun);
    await this.perform(flags, async (session) => {
      const { runPlatform } = await import('../../platform/daemon.ts');
      const { trustedProxies } = await import('../../platform/trusted-proxies.ts');
      await runPlatform({
        directories: session.directories,
        host: flags.host,
        port: flags.port,
        controlPort: flags['control-port'],
        keepReleases: flags['keep-releases'],
        remote: remoteControl(flags, session.workingDirectory),
        isTrustedProxy: trustedProxies(flags['trusted-proxy'] ?? []),
        auditDays: flags['audit-days'],
        isolation: flags.isolation,
        requiredIsolation: flags['require-isolation'],
        assetsDirectory: join(this.config.root, 'runtimes'),
        environment: session.host.environment,
        clock: session.clock,
        isDaemon: flags.daemon,
        signal: session.signal,
        onReady: ({ daemon, listening, notes }) => {
          const { token: _, ...local } = daemon;
          const address = { ...local, ...(listening === undefined ? {} : { listening }) };
          for (const message of notes) session.reporter.event({ type: 'note', message });
          if (flags.json) session.print(JSON.stringify(address));
          else if (!flags.quiet) session.print(renderPlatformReady(address));
        },
      });
      return {};
    });
  }
}
