/** `update-cron`: the cron jobs alone, without deploying anything. */
import { UpdateSettingsCommand } from './update-settings-command.ts';

export default class UpdateCron extends UpdateSettingsCommand {
  static override summary = 'Replace the cron jobs by those of cron.yaml.';
  static override examples = [
    '<%= config.bin %> update-cron .',
    '<%= config.bin %> update-cron cron.yaml -A my-app --dry-run',
  ];

  protected readonly kind = 'cron';
  protected readonly noun = 'cron jobs';
}
