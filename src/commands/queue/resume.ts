/** `queue resume`: a paused queue goes on. */
import { ChangeQueueCommand } from './change-queue-command.ts';

export default class QueueResume extends ChangeQueueCommand {
  static override summary = 'Let a paused queue go on.';
  static override examples = ['<%= config.bin %> queue resume mail -A my-app'];

  protected readonly action = 'resume';

  protected words(queue: string) {
    return { done: `queue ${queue} goes on.`, unchanged: `Queue ${queue} is not paused.` };
  }
}
