/** `update-dos`: the blocked subnets alone, without deploying anything. */
import { UpdateSettingsCommand } from './update-settings-command.ts';

export default class UpdateDos extends UpdateSettingsCommand {
  static override summary = 'Replace the blocked subnets by those of dos.yaml.';
  static override examples = [
    '<%= config.bin %> update-dos .',
    '<%= config.bin %> update-dos dos.yaml -A my-app --dry-run',
  ];

  protected readonly kind = 'dos';
  protected readonly noun = 'blocked subnets';
}
