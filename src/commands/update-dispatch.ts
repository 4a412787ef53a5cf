/** `update-dispatch`: the dispatch rules alone, without deploying anything. */
import { UpdateSettingsCommand } from './update-settings-command.ts';

export default class UpdateDispatch extends UpdateSettingsCommand {
  static override summary = 'Replace the dispatch rules by those of dispatch.yaml.';
  static override examples = [
    '<%= config.bin %> update-dispatch .',
    '<%= config.bin %> update-dispatch dispatch.yaml -A my-app --dry-run',
  ];

  protected readonly kind = 'dispatch';
  protected readonly noun = 'dispatch rules';
}
