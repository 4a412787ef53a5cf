/** `set-default-version`: sends all traffic of modules to a version. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly, dryRunFlag, moduleListFlag, versionFlag } from '../cli/flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { setDefaultVersion } from '../operate/set-traffic.ts';
import { resolveVersionOfModules } from '../operate/version-of-modules.ts';

export default class SetDefaultVersion extends BaseCommand {
  static override summary = 'Send all traffic of modules to a version.';
  static override description =
    'At once and in one step for all modules named; without -M for the default module. Gradually: appcfg migrate-traffic';
  static override examples = [
    '<%= config.bin %> set-default-version -A my-app -V v2',
    '<%= config.bin %> set-default-version -A my-app -M default,my-module -V v2',
    '<%= config.bin %> set-default-version app.yaml',
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
    ...dryRunFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SetDefaultVersion);
    await this.perform(flags, async (session) => {
      const target = await resolveVersionOfModules(session.context, {
        path: args.path,
        application: flags.application,
        modules: flags.module,
        version: flags.version,
        workingDirectory: session.workingDirectory,
        command: this.spokenId(),
      });
      const { modules, version } = target;
      const result = await setDefaultVersion(await session.context(), { ...target, isDryRun: flags['dry-run'] });
      const of = modules.length === 1 ? `module ${modules[0]}` : `modules ${modules.join(', ')}`;
      return changeOutcome(result, {
        done: `all traffic of ${of} goes to version ${version}.`,
        unchanged: `All traffic of ${of} goes to version ${version} already.`,
      });
    });
  }
}
