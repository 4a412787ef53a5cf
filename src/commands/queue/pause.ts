/** `queue pause`: a queue keeps its tasks and starts none. */
import { ChangeQueueCommand } from './change-queue-command.ts';

export default class QueuePause extends ChangeQueueCommand {
  static override summary = 'Pause a queue: it keeps tasks and starts none.';
  static override description = 'What runs already ends. Uploading a changed queue.yaml resumes the queue.';
  static override examples = ['<%= config.bin %> queue pause mail -A my-app'];

  protected readonly action = 'pause';

  protected words(queue: string) {
    return { done: `queue ${queue} is paused.`, unchanged: `Queue ${queue} is paused already.` };
  }
}
