/** `set-traffic`: splits traffic between versions. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../cli/flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { readSplits } from '../cli/splits.ts';
import { resolveApplication } from '../operate/resolve-target.ts';
import { setTraffic } from '../operate/set-traffic.ts';

export default class SetTraffic extends BaseCommand {
  static override summary = 'Split the traffic of modules between versions.';
  static override description = 'By weights, in one step for all modules named.';
  static override examples = [
    '<%= config.bin %> set-traffic my-module --splits v1=1,v2=3 --split-by cookie -A my-app',
    '<%= config.bin %> set-traffic default --splits v2=1',
  ];
  static override args = {
    modules: Args.string({ description: 'Modules; without any, all of the application.', multiple: true }),
  };
  static override flags = {
    ...applicationOnly,
    ...dryRunFlag,
    splits: Flags.string({ summary: 'Weights of versions.', helpValue: 'VERSION=WEIGHT,...', required: true }),
    'split-by': Flags.option({
      options: ['ip', 'cookie', 'random'] as const,
      default: 'ip',
      summary: 'What decides which version a visitor gets.',
      helpValue: 'HOW',
    })(),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SetTraffic);
    await this.perform(flags, async (session) => {
      const weights = readSplits(flags.splits, this.spokenId());
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const result = await setTraffic(context, {
        application,
        modules: args.modules ?? [],
        weights,
        shardBy: flags['split-by'],
        isDryRun: flags['dry-run'],
      });
      return changeOutcome(result, {
        done: `traffic is split: ${flags.splits}.`,
        unchanged: 'Traffic is split that way already.',
      });
    });
  }
}
