/** `start`: starts versions with manual or basic scaling. */
import { ServingCommand } from './serving-command.ts';

export default class Start extends ServingCommand {
  static override summary = 'Start versions with manual or basic scaling.';
  static override description =
    'They keep running until they are stopped. Versions are named by their yaml files, or by -A, -M and -V; all are checked before the first is started. With automatic scaling instances come and go by themselves.';
  static override examples = [
    '<%= config.bin %> start -A my-app -M my-module -V v1',
    '<%= config.bin %> start app.yaml my-module.yaml',
  ];
  static override hiddenAliases = ['start-module-version'];

  protected readonly status = 'serving';
  protected readonly words = { done: 'started', unchanged: 'is serving already' };
}
