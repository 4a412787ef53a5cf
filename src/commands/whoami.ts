/** `whoami`: as whom commands run, and where. */
import { BaseCommand } from '../cli/base-command.ts';
import { renderIdentity } from '../cli/render/access.ts';
import { whoami } from '../operate/access.ts';

export default class Whoami extends BaseCommand {
  static override summary = 'Show as whom commands run, and where.';
  static override description = 'Asks the server, so it also shows whether the token is still good.';
  static override examples = ['<%= config.bin %> whoami', '<%= config.bin %> whoami --context production --json'];

  async run(): Promise<void> {
    const { flags } = await this.parse(Whoami);
    await this.perform(flags, async (session) => {
      const { server, tokenFrom } = await session.connection();
      const identity = await whoami(await session.context());
      const context = session.configuration().context?.value;
      const facts = {
        ...identity,
        ...(server === undefined ? {} : { server }),
        ...(context === undefined ? {} : { context }),
        ...(tokenFrom === undefined ? {} : { tokenFrom }),
      };
      return { data: facts, text: () => renderIdentity(facts) };
    });
  }
}
