/** `token revoke`: ends a token for good. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { revokeToken } from '../../operate/access.ts';

export default class TokenRevoke extends BaseCommand {
  static override summary = 'End a token for good.';
  static override description = 'From the next request on, and with it the console sessions that it began. For admins.';
  static override examples = ['<%= config.bin %> token revoke ci'];
  static override args = { token: Args.string({ description: 'Name or id of the token.', required: true }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TokenRevoke);
    await this.perform(flags, async (session) => {
      const revoked = await revokeToken(await session.context(), args.token);
      return { data: revoked, text: () => `Revoked ${revoked.name} (${revoked.id}).`, isConfirmation: true };
    });
  }
}
