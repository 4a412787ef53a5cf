/** `set-num-instances`: how many instances a version with manual scaling has. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { dryRunFlag, targetFlags } from '../cli/flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { count } from '../cli/render/quantity.ts';
import { resolveVersion } from '../operate/resolve-target.ts';
import { setInstances } from '../operate/set-instances.ts';

export default class SetNumInstances extends BaseCommand {
  static override summary = 'Set the number of instances (manual scaling).';
  static override description =
    'Instances that run are not disturbed. The number holds until the next upload of the version, whose yaml file decides again.';
  static override examples = ['<%= config.bin %> set-num-instances 3 -A my-app -M my-module -V v1'];
  static override args = {
    instances: Args.integer({ description: 'How many.', required: true, min: 1 }),
  };
  static override flags = { ...targetFlags, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SetNumInstances);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const name = await resolveVersion(context, { ...flags, workingDirectory: session.workingDirectory });
      const { instances } = args;
      const result = await setInstances(context, { ...name, instances, isDryRun: flags['dry-run'] });
      const of = `version ${name.version} of module ${name.module}`;
      const amount = count(instances, 'instance');
      return changeOutcome(result, {
        done: `${of} has ${amount}.`,
        unchanged: `There is nothing to do: ${of} has ${amount} already.`,
      });
    });
  }
}
