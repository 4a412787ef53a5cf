/** `cron run`: runs a cron job now, beside its schedule. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { cronRunText } from '../../cli/render/cron-jobs.ts';
import { runOutcome } from '../../cli/render/run.ts';
import { runCronJob } from '../../operate/cron-jobs.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';

export default class CronRun extends BaseCommand {
  static override summary = 'Run a cron job now, and say how it went.';
  static override description =
    'Waits for the end of the run. Its schedule stays as it is; only "every N minutes" counts from this run. Exit code 1 when the job fails.';
  static override examples = ['<%= config.bin %> cron run /tasks/summary -A my-app'];
  static override args = { url: Args.string({ description: 'Path that the job calls.', required: true }) };
  static override flags = { ...applicationOnly, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CronRun);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const result = await runCronJob(context, { application, url: args.url, isDryRun: flags['dry-run'] });
      return runOutcome(result, cronRunText);
    });
  }
}
