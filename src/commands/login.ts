/** `login`: signs in to a platform on a server. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { place, requireServer } from '../cli/connection.ts';
import { contextNameOf, putContext } from '../cli/contexts.ts';
import { readToken } from '../cli/token-input.ts';
import { failure } from '../errors.ts';
import { describeGrant } from '../model/access.ts';
import { whoami } from '../operate/access.ts';

export default class Login extends BaseCommand {
  static override summary = 'Sign in to a platform on a server.';
  static override description =
    `Asks for a token, which an admin of the platform makes with appcfg token create. The token is tried, kept in the keyring of the operating system (where there is none, in a file that only you can read), and the server becomes the context in use.

In CI nothing has to be kept: set APPCFG_SERVER and APPCFG_TOKEN.`;
  static override examples = [
    '<%= config.bin %> login https://appcfg.example.com:8443',
    '<%= config.bin %> login https://appcfg.example.com:8443 --token-file token.txt --ca-cert ca.pem',
    '<%= config.bin %> login https://appcfg.example.com:8443 --token-file - < token.txt',
  ];
  static override args = {
    server: Args.string({ description: 'Address of the server; without it that of the context.' }),
  };
  static override flags = {
    'token-file': Flags.string({ summary: 'File that holds the token; - for standard input.', helpValue: 'FILE' }),
    name: Flags.string({ summary: 'Name of the context; without it the name of the server.', helpValue: 'NAME' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Login);
    await this.perform(flags, async (session) => {
      const configured = place({ configuration: session.configuration(), workingDirectory: session.workingDirectory });
      const server = requireServer(args.server ?? '') ?? configured.server;
      if (server === undefined) throw failure('sign-in.no-server', {});
      const { caFile } = configured;
      const token = await readToken(server, flags['token-file'], session);
      const backend = await session.connectTo({ server, token, ...(caFile === undefined ? {} : { caFile }) });
      const identity = await whoami({ backend, signal: session.signal });
      const { store, warning } = await session.credentials().save(server, token);
      if (warning !== undefined)
        session.reporter.event({ type: 'warning', code: 'credentials.in-file', message: warning });
      const context = contextNameOf(session, server, flags.name ?? flags.context);
      putContext(session, context, { server, ...(caFile === undefined ? {} : { ca_cert: caFile }) });
      return {
        data: { server, context, store, identity },
        text: () =>
          `Signed in to ${server} as ${identity.name}, ${describeGrant(identity)}. The context ${context} is in use.`,
        isConfirmation: true,
      };
    });
  }
}
