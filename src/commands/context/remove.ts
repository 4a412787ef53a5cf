/** `context remove`: forgets a context, and the token of its server when no other context has it. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { readUserSettings } from '../../cli/configuration/user-settings.ts';
import { removeContext } from '../../cli/contexts.ts';

export default class ContextRemove extends BaseCommand {
  static override summary = 'Forget a context, and its token.';
  static override examples = ['<%= config.bin %> context remove staging'];
  static override args = { name: Args.string({ description: 'Name of the context.', required: true }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextRemove);
    await this.perform(flags, async (session) => {
      const removed = removeContext(session, args.name);
      const { contexts } = readUserSettings(session.directories.config);
      const isShared = Object.values(contexts).some(({ server }) => server === removed.server);
      if (!isShared) await session.credentials().remove(removed.server);
      return { data: { name: args.name }, text: () => `Removed ${args.name}.`, isConfirmation: true };
    });
  }
}
