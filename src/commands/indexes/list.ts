/** `indexes list`: the datastore indexes of an application. */
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { listIndexes } from '../../operate/list-indexes.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';

export default class IndexesList extends BaseCommand {
  static override summary = 'List the datastore indexes of an application.';
  static override description =
    'update-indexes adds those of index.yaml; vacuum-indexes deletes those that it no longer names.';
  static override examples = ['<%= config.bin %> indexes list -A my-app'];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(IndexesList);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const indexes = await listIndexes(context, application);
      const none = `Application ${application} has no indexes.`;
      return {
        data: { application, indexes: indexes.map(({ index }) => index) },
        text: () => (indexes.length === 0 ? none : indexes.map(({ label }) => label).join('\n')),
      };
    });
  }
}
