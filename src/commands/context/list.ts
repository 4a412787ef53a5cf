/** `context list`: the contexts, and which is in use. */
import { BaseCommand } from '../../cli/base-command.ts';
import { readUserSettings } from '../../cli/configuration/user-settings.ts';
import { renderContexts } from '../../cli/render/access.ts';

export default class ContextList extends BaseCommand {
  static override summary = 'List the contexts.';
  static override description = 'A context is a server with what belongs to it. The one in use is where commands go.';
  static override examples = ['<%= config.bin %> context list'];

  async run(): Promise<void> {
    const { flags } = await this.parse(ContextList);
    await this.perform(flags, async (session) => {
      const { contexts } = readUserSettings(session.directories.config);
      const configuration = session.configuration();
      const inUse = configuration.context?.value ?? (configuration.server === undefined ? 'local' : undefined);
      const signedIn = new Set(session.credentials().servers());
      const rows = Object.entries(contexts).map(([name, context]) => ({
        name,
        ...context,
        isInUse: name === inUse,
        isSignedIn: signedIn.has(context.server),
      }));
      return { data: { contexts: rows }, text: (style) => renderContexts(rows, style) };
    });
  }
}
