/** `migrate-traffic`: moves the traffic of modules to a version, share by share. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly, dryRunFlag, moduleListFlag, versionFlag } from '../cli/flags.ts';
import { gradualFlags, splitByFlag, USUAL_PAUSE_MS, USUAL_SHARES } from '../cli/gradual-flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { migrateTraffic } from '../operate/migrate-traffic.ts';
import { resolveVersionOfModules } from '../operate/version-of-modules.ts';

export default class MigrateTraffic extends BaseCommand {
  static override summary = 'Move the traffic of modules to a version, gradually.';
  static override description =
    'The version gets 10, then 50, then all percent, 10 seconds each, unless --gradual and --step say otherwise. Ctrl-C stops it where it is and says how to go on or back; so does somebody else who moves traffic meanwhile.';
  static override examples = [
    '<%= config.bin %> migrate-traffic -A my-app -V v2',
    '<%= config.bin %> migrate-traffic -A my-app -M default,my-module -V v2 --gradual 1,10,50,100 --step 5m',
    '<%= config.bin %> migrate-traffic app.yaml',
  ];
  static override args = {
    path: Args.string({ description: 'Directory or yaml file that names application, module and version.' }),
  };
  static override flags = {
    ...applicationOnly,
    module: moduleListFlag({
      char: 'M',
      summary: 'Modules, separated by commas.',
      helpValue: 'MODULE,...',
      aliases: ['service'],
    }),
    version: versionFlag({ char: 'V', summary: 'Version.', helpValue: 'VERSION' }),
    ...gradualFlags,
    'split-by': splitByFlag(),
    ...dryRunFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(MigrateTraffic);
    await this.perform(flags, async (session) => {
      const target = await resolveVersionOfModules(session.context, {
        path: args.path,
        application: flags.application,
        modules: flags.module,
        version: flags.version,
        workingDirectory: session.workingDirectory,
        command: this.spokenId(),
      });
      const shares = flags.gradual ?? USUAL_SHARES;
      const result = await migrateTraffic(await session.context(), {
        ...target,
        shares,
        pauseMs: flags.step ?? USUAL_PAUSE_MS,
        shardBy: flags['split-by'],
        isDryRun: flags['dry-run'],
      });
      const share = shares.at(-1) === 100 ? 'all traffic' : `${shares.at(-1)}% of the traffic`;
      const of = target.modules.length === 1 ? `module ${target.modules[0]}` : `modules ${target.modules.join(', ')}`;
      return changeOutcome(result, {
        done: `${share} of ${of} goes to version ${target.version}.`,
        unchanged: `Version ${target.version} of ${of} has that much traffic already.`,
      });
    });
  }
}
