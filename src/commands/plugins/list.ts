/** `plugins list`: the plugins that were added, and their backends. */
import { BaseCommand } from '../../cli/base-command.ts';
import { renderTable } from '../../cli/render/table.ts';

export default class PluginsList extends BaseCommand {
  static override summary = 'List plugins and their backends.';
  static override examples = ['<%= config.bin %> plugins list'];

  async run(): Promise<void> {
    const { flags } = await this.parse(PluginsList);
    await this.perform(flags, async (session) => {
      const plugins = await (await session.plugins([])).list();
      return {
        data: { plugins },
        text: (style) =>
          plugins.length === 0
            ? 'No plugins are added.'
            : renderTable(
                plugins,
                [
                  { header: 'PLUGIN', cell: ({ name }) => name },
                  { header: 'VERSION', cell: ({ version }) => version },
                  {
                    header: 'BACKENDS',
                    cell: ({ backends, problem }) => (problem === undefined ? backends.join(', ') : style.red(problem)),
                  },
                ],
                style,
              ),
      };
    });
  }
}
