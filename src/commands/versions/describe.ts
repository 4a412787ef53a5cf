/** `versions describe`: one version, whole. */
import { BaseCommand } from '../../cli/base-command.ts';
import { targetFlags } from '../../cli/flags.ts';
import { renderVersion } from '../../cli/render/versions.ts';
import { describeVersion } from '../../operate/list-versions.ts';
import { resolveVersion } from '../../operate/resolve-target.ts';

export default class VersionsDescribe extends BaseCommand {
  static override summary = 'Show one version whole.';
  static override description = 'With --json, its specification too.';
  static override examples = ['<%= config.bin %> versions describe -A my-app -M my-module -V v1'];
  static override flags = targetFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(VersionsDescribe);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const name = await resolveVersion(context, { ...flags, workingDirectory: session.workingDirectory });
      const version = await describeVersion(context, name);
      return { data: version, text: (style) => renderVersion(version, style) };
    });
  }
}
