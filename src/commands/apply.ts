/** `apply`: carries out a saved plan. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { readVariables, variableFlags } from '../cli/deploy-flags.ts';
import { waitFlag } from '../cli/duration-flag.ts';
import { variablesFor } from '../cli/environment-flags.ts';
import { dryRunFlag } from '../cli/flags.ts';
import { renderDeployReport } from '../cli/render/deploy-report.ts';

export default class Apply extends BaseCommand {
  static override summary = 'Carry out a plan that --plan-out saved.';
  static override description =
    `Does exactly what the plan says, or nothing: it refuses when anything that is live was changed since, by whom and when it says, or when the files on this machine are not those that were planned with.

A plan holds digests and no file contents, so the files have to be where they were, or in the same places below the current directory. It holds no values of environment variables either: those that were given on the command line are given again.`;
  static override examples = [
    '<%= config.bin %> apply release.appcfg-plan',
    '<%= config.bin %> apply release.appcfg-plan --dry-run',
  ];
  static override args = {
    file: Args.string({ description: 'The file that --plan-out wrote.', required: true }),
  };
  static override flags = { ...dryRunFlag, ...waitFlag, ...variableFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Apply);
    await this.perform(flags, async (session) => {
      const { applyPlan } = await import('../deploy/apply-plan.ts');
      const environmentVariables = readVariables('apply', flags, session);
      const request = {
        file: args.file,
        workingDirectory: session.workingDirectory,
        environmentVariables,
        variables: variablesFor(environmentVariables, session),
        isDryRun: flags['dry-run'],
        ...(flags.wait === undefined ? {} : { waitMs: flags.wait }),
        createdBy: session.createdBy,
      };
      const report = await applyPlan(request, await session.context());
      return { data: report, text: (style) => renderDeployReport(report, style) };
    });
  }
}
