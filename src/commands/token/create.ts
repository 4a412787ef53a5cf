/** `token create`: makes a token for somebody or something that signs in. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationFlag } from '../../cli/flags.ts';
import { lifetimeFlag } from '../../cli/token-flags.ts';
import { describeGrant, type Role, roles } from '../../model/access.ts';
import { createToken } from '../../operate/access.ts';

export default class TokenCreate extends BaseCommand {
  static override summary = 'Make a token for somebody, or for a job, to sign in with.';
  static override description =
    `The token is printed once, on standard output, and kept nowhere: the platform has only its hash. Who gets it signs in with appcfg login, or sets APPCFG_TOKEN.

A viewer sees, a deployer also deploys and operates; both can be for single applications. An admin may do everything, tokens included. Only admins make tokens.`;
  static override examples = [
    '<%= config.bin %> token create laptop --role admin',
    '<%= config.bin %> token create ci --role deployer -A shop --expires 90d',
    '<%= config.bin %> token create dashboard --role viewer --expires never',
  ];
  static override args = {
    name: Args.string({ description: 'Whose it is: shown wherever it was used.', required: true }),
  };
  static override flags = {
    role: Flags.option({ options: roles })({ summary: 'What it may do.', required: true }),
    application: applicationFlag({
      char: 'A',
      summary: 'Application that it is for; may be repeated. Without it, all.',
      helpValue: 'APP',
      multiple: true,
    }),
    expires: lifetimeFlag({
      summary: 'How long it is good: 30m, 12h, 90d, 1y or never.',
      helpValue: 'TIME',
      default: async () => 90 * 86_400,
      defaultHelp: async () => '90d',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TokenCreate);
    await this.perform(flags, async (session) => {
      const applications = flags.application;
      const created = await createToken(await session.context(), {
        name: args.name,
        role: flags.role as Role,
        ...(applications === undefined ? {} : { applications }),
        ...(flags.expires === 0 ? {} : { expiresInSeconds: flags.expires }),
      });
      const until = created.expiresAt === undefined ? 'until it is revoked' : `until ${created.expiresAt}`;
      session.reporter.event({
        type: 'note',
        message: `${created.name} is ${describeGrant(created)}, ${until}. The token is shown this once:`,
      });
      return { data: created, text: () => created.token };
    });
  }
}
