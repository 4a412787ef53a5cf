/** `instances stop`: ends one instance. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { dryRunFlag, targetFlags } from '../../cli/flags.ts';
import { changeOutcome } from '../../cli/render/change.ts';
import { stopInstance } from '../../operate/list-instances.ts';
import { resolveVersion } from '../../operate/resolve-target.ts';

export default class InstancesStop extends BaseCommand {
  static override summary = 'Stop one instance.';
  static override description = 'Its scaling decides whether another one takes its place.';
  static override examples = ['<%= config.bin %> instances stop 0 -A my-app -M my-module -V v1'];
  static override args = {
    instance: Args.string({ description: 'Id in the list of instances.', required: true }),
  };
  static override flags = { ...targetFlags, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(InstancesStop);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const name = await resolveVersion(context, { ...flags, workingDirectory: session.workingDirectory });
      const { instance } = args;
      const result = await stopInstance(context, { ...name, instance, isDryRun: flags['dry-run'] });
      const what = `instance ${instance} of version ${name.version} of module ${name.module}`;
      return changeOutcome(result, { done: `${what} is stopped.`, unchanged: `There is no ${what}.` });
    });
  }
}
