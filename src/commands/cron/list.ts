/** `cron list`: the cron jobs of a deployed application, with their next and last runs. */
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderCronJobs } from '../../cli/render/cron-jobs.ts';
import { listCronJobs } from '../../operate/cron-jobs.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';

export default class CronList extends BaseCommand {
  static override summary = 'List cron jobs with their next and last runs.';
  static override description = 'Of what is deployed; for a file that is not, there is appcfg cron-info.';
  static override examples = ['<%= config.bin %> cron list -A my-app', '<%= config.bin %> cron list -A my-app --json'];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(CronList);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const jobs = await listCronJobs(context, application);
      const none = `Application ${application} has no cron jobs. Upload a cron.yaml: appcfg update-cron`;
      return { data: { application, jobs }, text: (style) => (jobs.length === 0 ? none : renderCronJobs(jobs, style)) };
    });
  }
}
