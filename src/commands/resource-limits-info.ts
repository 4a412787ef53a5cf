/** `resource-limits-info`: how much a version may be. */
import { BaseCommand } from '../cli/base-command.ts';
import { resourceLimits } from '../operate/resource-limits.ts';

export default class ResourceLimitsInfo extends BaseCommand {
  static override summary = 'Show how many and how large files may be.';
  static override description = 'Sizes are in bytes.';
  static override examples = ['<%= config.bin %> resource-limits-info'];

  async run(): Promise<void> {
    const { flags } = await this.parse(ResourceLimitsInfo);
    await this.perform(flags, async (session) => {
      const { backend } = await session.context();
      const limits = resourceLimits(backend.name);
      const lines = Object.entries(limits).map(([name, value]) => `${name}: ${value}`);
      return { data: { backend: backend.name, ...limits }, text: () => lines.join('\n') };
    });
  }
}
