/** `modules list`: the modules of an application. */
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderModules } from '../../cli/render/versions.ts';
import { listModules } from '../../operate/list-versions.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';

export default class ModulesList extends BaseCommand {
  static override summary = 'List the modules of an application.';
  static override examples = ['<%= config.bin %> modules list -A my-app'];
  static override aliases = ['services:list'];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(ModulesList);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const modules = await listModules(context, application);
      return { data: { application, modules }, text: (style) => renderModules(modules, style) };
    });
  }
}
