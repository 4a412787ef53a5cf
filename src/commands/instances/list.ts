/** `instances list`: what runs. */
import { BaseCommand } from '../../cli/base-command.ts';
import { targetFlags } from '../../cli/flags.ts';
import { renderInstances } from '../../cli/render/instances.ts';
import { listInstances } from '../../operate/list-instances.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';

export default class InstancesList extends BaseCommand {
  static override summary = 'List running instances.';
  static override examples = [
    '<%= config.bin %> instances list -A my-app',
    '<%= config.bin %> instances list -A my-app -M my-module -V v1 --json',
  ];
  static override flags = targetFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(InstancesList);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const { module, version } = flags;
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const instances = await listInstances(context, { application, module, version });
      const now = session.clock.now();
      return {
        data: { application, instances },
        text: (style) => (instances.length === 0 ? 'Nothing is running.' : renderInstances(instances, style, now)),
      };
    });
  }
}
