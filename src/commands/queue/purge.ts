/** `queue purge`: drops all tasks of a queue. */
import { ChangeQueueCommand } from './change-queue-command.ts';

export default class QueuePurge extends ChangeQueueCommand {
  static override summary = 'Drop all tasks of a queue.';
  static override description =
    'They can not be brought back, and their names stay used for 9 days. What runs already ends. A terminal asks first; scripts are not asked.';
  static override examples = ['<%= config.bin %> queue purge mail -A my-app'];

  protected readonly action = 'purge';

  protected words(queue: string) {
    return { done: `queue ${queue} is empty.`, unchanged: `Queue ${queue} has no tasks.` };
  }

  protected override question(queue: string, application: string): string {
    return `Drop all tasks of queue ${queue} of application ${application}?`;
  }
}
