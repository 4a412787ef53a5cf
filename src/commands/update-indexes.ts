/** `update-indexes`: the indexes alone, without deploying anything. */
import { UpdateSettingsCommand } from './update-settings-command.ts';

export default class UpdateIndexes extends UpdateSettingsCommand {
  static override summary = 'Add the indexes of index.yaml that are missing.';
  static override description = 'Indexes that the file does not name stay; vacuum-indexes deletes them.';
  static override examples = [
    '<%= config.bin %> update-indexes .',
    '<%= config.bin %> update-indexes index.yaml -A my-app --dry-run',
  ];

  protected readonly kind = 'indexes';
  protected readonly noun = 'indexes';
}
