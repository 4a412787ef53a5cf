/** `stop`: stops versions with manual or basic scaling. */
import { ServingCommand } from './serving-command.ts';

export default class Stop extends ServingCommand {
  static override summary = 'Stop versions with manual or basic scaling.';
  static override description =
    'Their requests end first; then they answer nothing until they are started again. Versions are named by their yaml files, or by -A, -M and -V; all are checked before the first is stopped. With automatic scaling instances come and go by themselves.';
  static override examples = [
    '<%= config.bin %> stop -A my-app -M my-module -V v1',
    '<%= config.bin %> stop app.yaml my-module.yaml',
  ];
  static override hiddenAliases = ['stop-module-version'];

  protected readonly status = 'stopped';
  protected readonly words = { done: 'stopped', unchanged: 'is stopped already' };
}
