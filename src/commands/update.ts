/** `update`: deploys with the manners of the original appcfg. */
import { BaseCommand } from '../cli/base-command.ts';
import { deployArgs, deployFlags, deployRequest } from '../cli/deploy-flags.ts';
import { renderDeployReport } from '../cli/render/deploy-report.ts';

export default class Update extends BaseCommand {
  static override summary = 'Deploy modules and settings as one release.';
  static override description = `Everything named becomes live at one instant, or nothing does.

The version is the one in the yaml file or of --version. Traffic moves only to a module's first version, or when that version already has it; --promote moves all of it. A directory stands for its app.yaml with the cron.yaml, queue.yaml, index.yaml, dos.yaml and dispatch.yaml beside it.

On the first upload of an application its default module comes first.`;
  static override examples = [
    '<%= config.bin %> update app.yaml mobile-frontend.yaml my-module.yaml',
    '<%= config.bin %> update .',
    '<%= config.bin %> update . --all-modules --dry-run',
    '<%= config.bin %> update app.yaml -A my-app -V v2 --promote',
  ];
  static override args = deployArgs;
  static override flags = deployFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Update);
    await this.perform(flags, async (session) => {
      const { deploy } = await import('../deploy/deploy.ts');
      const line = {
        command: 'update',
        manners: 'appcfg',
        paths: args.paths ?? [],
        flags,
        stopPrevious: false,
      } as const;
      const report = await deploy(deployRequest(line, session), await session.context());
      return { data: report, text: (style) => renderDeployReport(report, style) };
    });
  }
}
