/** `logout`: forgets the token of a server. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { place } from '../cli/connection.ts';
import { failure } from '../errors.ts';

export default class Logout extends BaseCommand {
  static override summary = 'Forget the token of a server.';
  static override description =
    'Of the server of the context in use, of --context or of --server. The token itself stays good: to end it, an admin revokes it with appcfg token revoke.';
  static override examples = ['<%= config.bin %> logout', '<%= config.bin %> logout --all'];
  static override flags = { all: Flags.boolean({ summary: 'Of every server.' }) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Logout);
    await this.perform(flags, async (session) => {
      const credentials = session.credentials();
      const { server } = place({ configuration: session.configuration(), workingDirectory: session.workingDirectory });
      if (!flags.all && server === undefined) throw failure('sign-in.no-server', {});
      const servers = flags.all ? credentials.servers() : [server ?? ''];
      const forgotten: string[] = [];
      for (const one of servers) if (await credentials.remove(one)) forgotten.push(one);
      return {
        data: { servers: forgotten },
        text: () =>
          forgotten.length === 0 ? 'There was no token to forget.' : `Signed out of ${forgotten.join(', ')}.`,
        isConfirmation: true,
      };
    });
  }
}
