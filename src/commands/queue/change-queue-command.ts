/** What queue pause, queue resume and queue purge have in common. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { type ChangeWords, changeOutcome } from '../../cli/render/change.ts';
import { failure } from '../../errors.ts';
import type { QueueAction } from '../../model/task-queue.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { changeQueue } from '../../operate/task-queues.ts';

export abstract class ChangeQueueCommand extends BaseCommand {
  static override args = { queue: Args.string({ description: 'Name of the queue.', required: true }) };
  static override flags = { ...applicationOnly, ...dryRunFlag };

  protected abstract readonly action: QueueAction;
  protected abstract words(queue: string): ChangeWords;
  /** Asked at a terminal before anything is changed; scripts are not asked. */
  protected question(_queue: string, _application: string): string | undefined {
    return undefined;
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ChangeQueueCommand);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const { queue } = args;
      const isDryRun = flags['dry-run'];
      const message = this.question(queue, application);
      if (!isDryRun && message !== undefined && !(await session.reporter.confirm({ message, defaultAnswer: true }))) {
        throw failure('cli.declined', { question: message });
      }
      const result = await changeQueue(context, { application, queue, action: this.action, isDryRun });
      return changeOutcome(result, this.words(queue));
    });
  }
}
