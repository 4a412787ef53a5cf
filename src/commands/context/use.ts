/** `context use`: chooses the context for the commands to come. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { useContext } from '../../cli/contexts.ts';

export default class ContextUse extends BaseCommand {
  static override summary = 'Use a context from now on.';
  static override description = 'The context local is the platform on this machine.';
  static override examples = ['<%= config.bin %> context use production', '<%= config.bin %> context use local'];
  static override args = { name: Args.string({ description: 'Name of the context.', required: true }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextUse);
    await this.perform(flags, async (session) => {
      const context = useContext(session, args.name);
      const where = context.server === '' ? 'the platform on this machine' : context.server;
      return {
        data: { name: args.name, ...context },
        text: () => `Commands go to ${where} now.`,
        isConfirmation: true,
      };
    });
  }
}
