/** `list-versions`: the versions of an application. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly, targetFlags } from '../cli/flags.ts';
import { renderVersions } from '../cli/render/versions.ts';
import { failure } from '../errors.ts';
import { listVersions } from '../operate/list-versions.ts';
import { resolveApplication } from '../operate/resolve-target.ts';

export default class ListVersions extends BaseCommand {
  static override summary = 'List the versions of an application.';
  static override description = 'Module by module, the version with most traffic first.';
  static override examples = ['<%= config.bin %> list-versions -A my-app', '<%= config.bin %> list-versions . --json'];
  static override aliases = ['versions:list'];
  static override args = {
    path: Args.string({ description: 'Directory or yaml file that names the application.' }),
  };
  static override flags = { ...applicationOnly, module: targetFlags.module };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ListVersions);
    await this.perform(flags, async (session) => {
      if (args.path !== undefined && flags.application !== undefined) {
        const reason = `-A says which application it is; leave ${args.path} out`;
        throw failure('usage.invalid', { command: this.spokenId(), reason });
      }
      const context = await session.context();
      const paths = args.path === undefined ? [] : [args.path];
      const target = { application: flags.application, paths, workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const versions = await listVersions(context, { application, module: flags.module });
      return { data: { application, versions }, text: (style) => renderVersions(versions, style) };
    });
  }
}
