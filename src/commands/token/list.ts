/** `token list`: the tokens of the platform, never the secrets themselves. */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderTokens } from '../../cli/render/access.ts';
import { listTokens } from '../../operate/access.ts';

export default class TokenList extends BaseCommand {
  static override summary = 'List the tokens of the platform.';
  static override description =
    'With what each may do, whether it is still good, and when it was last used. For admins.';
  static override examples = ['<%= config.bin %> token list', '<%= config.bin %> token list --json'];

  async run(): Promise<void> {
    const { flags } = await this.parse(TokenList);
    await this.perform(flags, async (session) => {
      const tokens = await listTokens(await session.context());
      return { data: { tokens }, text: (style) => renderTokens(tokens, session.clock.now(), style) };
    });
  }
}
