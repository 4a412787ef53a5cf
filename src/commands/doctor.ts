/** `doctor`: is everything here that is needed. */
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly } from '../cli/flags.ts';
import { renderFindings } from '../cli/render/findings.ts';
import type { Session } from '../cli/session.ts';
import { doctor, type Finding } from '../operate/doctor.ts';

export default class Doctor extends BaseCommand {
  static override summary = 'Check that everything is here that is needed.';
  static override description =
    'Node, interpreters, folders, disk space, the platform and the isolation of applications; with --backend google the login, the application and each permission there. The exit code is 1 when something will not work.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --json',
    '<%= config.bin %> doctor --backend google -A my-project',
  ];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    await this.perform(flags, async (session) => {
      const platform = await session.localPlatform();
      const { backend, application } = session.configuration();
      const isGoogle = backend?.value === 'google';
      const findings = await doctor({
        examineBackend: isGoogle ? () => examineBackend(session, flags.application ?? application?.value) : undefined,
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

async function examineBackend(session: Session, application: string | undefined): Promise<readonly Finding[]> {
  const { backend, signal } = await session.context();
  return (await backend.diagnose?.(application, { signal })) ?? [];
}
