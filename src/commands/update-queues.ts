/** `update-queues`: the task queues alone, without deploying anything. */
import { UpdateSettingsCommand } from './update-settings-command.ts';

export default class UpdateQueues extends UpdateSettingsCommand {
  static override summary = 'Replace the task queues by those of queue.yaml.';
  static override examples = [
    '<%= config.bin %> update-queues .',
    '<%= config.bin %> update-queues queue.yaml -A my-app --dry-run',
  ];

  protected readonly kind = 'queues';
  protected readonly noun = 'task queues';
}
