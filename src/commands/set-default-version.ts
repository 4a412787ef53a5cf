/** `set-default-version`: sends all traffic of modules to a version. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly, dryRunFlag, moduleListFlag, versionFlag } from '../cli/flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { failure } from '../errors.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import { resolveVersions } from '../operate/resolve-target.ts';
import { setDefaultVersion } from '../operate/set-traffic.ts';

export default class SetDefaultVersion extends BaseCommand {
  static override summary = 'Send all traffic of modules to a version.';
  static override description = 'In one step for all modules named; without -M for the default module.';
  static override examples = [
    '<%= config.bin %> set-default-version -A my-app -V v2',
    '<%= config.bin %> set-default-version -A my-app -M default,my-module -V v2',
    '<%= config.bin %> set-default-version app.yaml',
  ];
  static override aliases = ['migrate-traffic'];
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
      const { workingDirectory } = session;
      const { application, version } = flags;
      if (args.path === undefined && version === undefined) {
        const missing = ['-V VERSION, or a directory or yaml file that names the version'];
        throw failure('usage.missing-argument', { command: this.spokenId(), missing });
      }
      const context = await session.context();
      const target = { application, version, module: flags.module?.[0], workingDirectory };
      const [named] = await resolveVersions(context, { ...target, paths: args.path === undefined ? [] : [args.path] });
      const modules = flags.module ?? [named?.module ?? DEFAULT_MODULE];
      const request = {
        application: named?.application ?? '',
        version: named?.version ?? '',
        modules,
        isDryRun: flags['dry-run'],
      };
      const result = await setDefaultVersion(context, request);
      const of = modules.length === 1 ? `module ${modules[0]}` : `modules ${modules.join(', ')}`;
      return changeOutcome(result, {
        done: `all traffic of ${of} goes to version ${request.version}.`,
        unchanged: `All traffic of ${of} goes to version ${request.version} already.`,
      });
    });
  }
}
