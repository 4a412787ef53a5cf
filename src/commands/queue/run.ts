/** `queue run`: runs one task now. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { taskRunText } from '../../cli/render/queues.ts';
import { runOutcome } from '../../cli/render/run.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { runTask } from '../../operate/task-queues.ts';

export default class QueueRun extends BaseCommand {
  static override summary = 'Run a task now, and say how it went.';
  static override description =
    "Whatever the task's time, the queue's rate and pauses say. Waits for the end of the try. Exit code 1 when it fails.";
  static override examples = ['<%= config.bin %> queue run mail task1 -A my-app'];
  static override args = {
    queue: Args.string({ description: 'Name of the queue.', required: true }),
    task: Args.string({ description: 'Name of the task, as appcfg queue tasks shows it.', required: true }),
  };
  static override flags = { ...applicationOnly, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(QueueRun);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const result = await runTask(context, { application, ...args, isDryRun: flags['dry-run'] });
      return runOutcome(result, taskRunText);
    });
  }
}
