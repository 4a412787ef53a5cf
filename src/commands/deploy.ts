/** `deploy`: the same engine with the manners of `gcloud app deploy`. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { deployArgs, deployFlags, deployRequest } from '../cli/deploy-flags.ts';
import { renderDeployReport } from '../cli/render/deploy-report.ts';

export default class Deploy extends BaseCommand {
  static override summary = 'Deploy the way "gcloud app deploy" does.';
  static override description = `Everything named becomes live at one instant, or nothing does.

Without --version a version id is generated from the time. The new versions take all traffic (--no-promote leaves it where it is), and versions that lose all of theirs are stopped (--no-stop-previous-version leaves them running).

A terminal shows the plan and asks before anything changes; scripts, --yes and --quiet are not asked. "update" never asks.`;
  static override examples = [
    '<%= config.bin %> deploy',
    '<%= config.bin %> deploy app.yaml worker.yaml --no-promote',
    '<%= config.bin %> deploy app.yaml dispatch.yaml --version green --no-stop-previous-version',
  ];
  static override args = deployArgs;
  static override flags = {
    ...deployFlags,
    'stop-previous-version': Flags.boolean({
      summary: 'Stop versions that lose all their traffic (manual and basic scaling).',
      allowNo: true,
      default: true,
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Deploy);
    await this.perform(flags, async (session) => {
      const { deploy } = await import('../deploy/deploy.ts');
      const stopPrevious = flags['stop-previous-version'];
      const line = { command: 'deploy', manners: 'gcloud', paths: args.paths ?? [], flags, stopPrevious } as const;
      const report = await deploy(deployRequest(line, session), await session.context());
      return { data: report, text: (style) => renderDeployReport(report, style) };
    });
  }
}
