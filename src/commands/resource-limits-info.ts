/** `resource-limits-info`: how much a version may be. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { resolveApplication } from '../operate/resolve-target.ts';
import { resourceLimits } from '../operate/resource-limits.ts';

export default class ResourceLimitsInfo extends BaseCommand {
  static override summary = 'Show how many and how large files may be.';
  static override description = 'Sizes are in bytes.';
  static override examples = ['<%= config.bin %> resource-limits-info', '<%= config.bin %> resource-limits-info .'];
  static override args = {
    path: Args.string({
      description: 'Directory or yaml file that names the application. The limits are those of all.',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ResourceLimitsInfo);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const { backend } = context;
      const { workingDirectory } = session;
      if (args.path !== undefined) await resolveApplication(context, { paths: [args.path], workingDirectory });
      const limits = resourceLimits(backend.name);
      const lines = Object.entries(limits).map(([name, value]) => `${name}: ${value}`);
      return { data: { backend: backend.name, ...limits }, text: () => lines.join('\n') };
    });
  }
}
