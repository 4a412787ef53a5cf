/** `operations wait`: back to waiting. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderOperations } from '../../cli/render/releases.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { waitOperation } from '../../operate/wait-operation.ts';

export default class OperationsWait extends BaseCommand {
  static override summary = 'Wait until an operation has ended.';
  static override description = 'Fails as the operation failed.';
  static override examples = ['<%= config.bin %> operations wait 6f1c -A my-app'];
  static override args = {
    operation: Args.string({ description: 'Id in the list of operations.', required: true }),
  };
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(OperationsWait);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const operation = await waitOperation(context, { application, operation: args.operation });
      return { data: operation, text: (style) => renderOperations([operation], style) };
    });
  }
}
