/** `context add`: gives a server a name. */
import { resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { requireServer } from '../../cli/connection.ts';
import { addContext } from '../../cli/contexts.ts';
import { applicationFlag } from '../../cli/flags.ts';
import { failure } from '../../errors.ts';

export default class ContextAdd extends BaseCommand {
  static override summary = 'Add a context: a server and what belongs to it, by a name.';
  static override description =
    'The server is that of --server; --ca-cert, --application and --backend go with it. Sign in with appcfg login --context NAME, which also makes contexts by itself.';
  static override examples = [
    '<%= config.bin %> context add production --server https://appcfg.example.com:8443 -A shop',
  ];
  static override args = { name: Args.string({ description: 'Name of the context.', required: true }) };
  static override flags = {
    application: applicationFlag({
      char: 'A',
      summary: 'Application, where neither the command nor a yaml file names one.',
      helpValue: 'APP',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextAdd);
    await this.perform(flags, async (session) => {
      const server = requireServer(flags.server ?? '');
      if (server === undefined)
        throw failure('usage.missing-argument', { command: this.spokenId(), missing: ['--server'] });
      const caFile = flags['ca-cert'];
      const context = {
        server,
        ...(flags.application === undefined ? {} : { application: flags.application }),
        ...(flags.backend === undefined ? {} : { backend: flags.backend }),
        ...(caFile === undefined ? {} : { ca_cert: resolve(session.workingDirectory, caFile) }),
      };
      addContext(session, args.name, context);
      return {
        data: { name: args.name, ...context },
        text: () => `Added ${args.name}. Use it: appcfg context use ${args.name}`,
        isConfirmation: true,
      };
    });
  }
}
