/** `doctor`: is everything here that is needed. */
import { BaseCommand } from '../cli/base-command.ts';
import { renderFindings } from '../cli/render/findings.ts';
import { doctor } from '../operate/doctor.ts';

export default class Doctor extends BaseCommand {
  static override summary = 'Check that everything is here that is needed.';
  static override description =
    'Node, interpreters, folders, disk space, the platform and the isolation of applications. The exit code is 1 when something will not work.';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json'];

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    await this.perform(flags, async (session) => {
      const platform = await session.localPlatform();
      const findings = await doctor({
        nodeVersion: process.version,
        environment: session.host.environment,
        directories: session.directories,
        findPlatform: async () => {
          const status = await platform.find();
          if (status === undefined) return undefined;
          const { isolation, egress } = status;
          const address = `applications at http://APPLICATION.localhost:${status.routerPort}/`;
          return {
            address,
            ...(isolation === undefined ? {} : { isolation }),
            ...(egress === undefined ? {} : { egress }),
          };
        },
      });
      const isWell = findings.every((finding) => finding.state !== 'error');
      return {
        data: { isWell, findings },
        text: (style) => renderFindings(findings, style),
        exitCode: isWell ? 0 : 1,
      };
    });
  }
}
