/** `operations list`: the backend's long-running work. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderOperations } from '../../cli/render/releases.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { listOperations } from '../../operate/wait-operation.ts';

export default class OperationsList extends BaseCommand {
  static override summary = 'List what a backend did and is doing.';
  static override description = 'Newest first.';
  static override examples = [
    '<%= config.bin %> operations list -A my-app',
    '<%= config.bin %> operations list -A my-app --pending --json',
  ];
  static override flags = {
    ...applicationOnly,
    pending: Flags.boolean({ summary: 'Only what has not ended yet.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(OperationsList);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const all = await listOperations(context, application);
      const operations = flags.pending ? all.filter(({ state }) => state === 'pending') : all;
      return {
        data: { application, operations },
        text: (style) => (operations.length === 0 ? 'There are none.' : renderOperations(operations, style)),
      };
    });
  }
}
