/** `init`: the files of a new application, or the yaml files of one that has code already. */
import { join } from 'node:path';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationFlag, dryRunFlag, versionFlag } from '../cli/flags.ts';
import { renderInitResult } from '../cli/render/init-result.ts';
import { failure } from '../errors.ts';
import { initProject } from '../scaffold/init.ts';
import { type ModuleChoice, readModuleChoice } from '../scaffold/module-choice.ts';
import { starterRuntimes } from '../scaffold/starter-runtime.ts';

const moduleChoice = Flags.custom<ModuleChoice>({
  parse: async (input) => {
    const reading = readModuleChoice(input);
    if ('choice' in reading) return reading.choice;
    throw failure('usage.invalid-value', {
      command: 'init',
      what: '--module',
      value: input,
      expected: reading.problem,
    });
  },
});

export default class Init extends BaseCommand {
  static override summary = 'Write a new application that can be deployed.';
  static override description =
    `A terminal asks for what no option says; without one, or with --yes, usual answers are taken: one module, nothing more.

The first module is the default one, which answers at the address of the application. Several modules get a folder each. A directory that has code already gets yaml files only, for the language that is found there.

Nothing is overwritten without asking, or --force.`;
  static override examples = [
    '<%= config.bin %> init my-app',
    '<%= config.bin %> init my-app --yes --runtime nodejs --application shop',
    '<%= config.bin %> init shop --yes --module web --module worker:manual:B1 --dispatch --cron --queue',
    '<%= config.bin %> init . --dry-run',
  ];
  static override args = {
    directory: Args.string({ description: 'Where; made if it is not there. Default: the current directory.' }),
  };
  static override flags = {
    ...dryRunFlag,
    application: applicationFlag({
      char: 'A',
      summary: 'Application id. Default: from the name of the directory.',
      helpValue: 'APP',
    }),
    version: versionFlag({ char: 'V', summary: 'Version in the yaml files. Default: v1.', helpValue: 'VERSION' }),
    runtime: Flags.option({
      char: 'r',
      options: starterRuntimes,
      summary: 'What runs the code. Default: what is found in the directory, or python3.',
      helpValue: 'RUNTIME',
    })(),
    module: moduleChoice({
      char: 'M',
      summary: 'A module; may be repeated. Scaling is automatic, basic or manual.',
      helpValue: 'NAME[:SCALING[:CLASS]]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    dispatch: Flags.boolean({ summary: 'Also a dispatch.yaml, which sends paths to modules.', allowNo: true }),
    cron: Flags.boolean({ summary: 'Also a cron.yaml with a daily job.', allowNo: true }),
    queue: Flags.boolean({ summary: 'Also a queue.yaml, for work that is put off.', allowNo: true }),
    force: Flags.boolean({ char: 'f', summary: 'Overwrite files that are there already.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Init);
    await this.perform(flags, async (session) => {
      const { application, version, runtime, module: modules, dispatch, cron, queue } = flags;
      const result = await initProject(
        {
          directory: args.directory ?? '.',
          workingDirectory: session.workingDirectory,
          given: { application, version, runtime, modules, dispatch, cron, queue },
          isDryRun: flags['dry-run'],
          overwrites: flags.force,
        },
        {
          templates: join(this.config.root, 'templates'),
          nodeVersion: process.version,
          asker: await session.asker(),
          onNote: (message) => session.reporter.event({ type: 'note', message }),
        },
      );
      return { data: result, text: (style) => renderInitResult(result, style), isConfirmation: true };
    });
  }
}
