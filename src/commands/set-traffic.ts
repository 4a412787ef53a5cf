/** `set-traffic`: splits traffic between versions. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../cli/flags.ts';
import { gradualFlags, splitByFlag, USUAL_PAUSE_MS, USUAL_SHARES } from '../cli/gradual-flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { readSplits } from '../cli/splits.ts';
import { failure } from '../errors.ts';
import { migrateTraffic } from '../operate/migrate-traffic.ts';
import { resolveApplication } from '../operate/resolve-target.ts';
import { setTraffic } from '../operate/set-traffic.ts';

export default class SetTraffic extends BaseCommand {
  static override summary = 'Split the traffic of modules between versions.';
  static override description =
    'By weights, in one step for all modules named. Weights are shares of their sum, rounded to 1 % (ip) or 0.1 %. With --migrate or --gradual the one version named gets its traffic in several steps, which Ctrl-C stops.';
  static override examples = [
    '<%= config.bin %> set-traffic my-module --splits v1=1,v2=3 --split-by cookie -A my-app',
    '<%= config.bin %> set-traffic default --splits v2=1',
    '<%= config.bin %> set-traffic default --splits v2=1 --gradual 5,25,100 --step 5m',
  ];
  static override args = {
    modules: Args.string({ description: 'Modules; without any, all of the application.', multiple: true }),
  };
  static override flags = {
    ...applicationOnly,
    ...dryRunFlag,
    splits: Flags.string({ summary: 'Weights of versions.', helpValue: 'VERSION=WEIGHT,...', required: true }),
    'split-by': splitByFlag({ default: 'ip' }),
    ...gradualFlags,
    migrate: Flags.boolean({ summary: 'Gradually, by the usual percentages: 10, 50, 100.', exclusive: ['gradual'] }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SetTraffic);
    await this.perform(flags, async (session) => {
      const weights = readSplits(flags.splits, this.spokenId());
      const shares = flags.gradual ?? (flags.migrate ? USUAL_SHARES : undefined);
      const [version = '', ...others] = Object.keys(weights);
      if (shares !== undefined && others.length > 0) {
        const reason = 'traffic moves gradually to one version; name only that one in --splits';
        throw failure('usage.invalid', { command: this.spokenId(), reason });
      }
      if (shares === undefined && flags.step !== undefined) {
        throw failure('usage.invalid', { command: this.spokenId(), reason: '--step needs --gradual or --migrate' });
      }
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const request = {
        application,
        modules: args.modules ?? [],
        shardBy: flags['split-by'],
        isDryRun: flags['dry-run'],
      };
      const result = shares
        ? await migrateTraffic(context, { ...request, version, shares, pauseMs: flags.step ?? USUAL_PAUSE_MS })
        : await setTraffic(context, { ...request, weights });
      return changeOutcome(result, {
        done: shares
          ? `version ${version} has ${shares.at(-1)}% of the traffic.`
          : `traffic is split: ${flags.splits}.`,
        unchanged: 'Traffic is split that way already.',
      });
    });
  }
}
