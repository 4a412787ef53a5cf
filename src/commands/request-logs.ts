/** `request-logs`: the requests of a version in the Combined Log Format. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { targetFlags } from '../cli/flags.ts';
import { count } from '../cli/render/quantity.ts';
import { failure } from '../errors.ts';
import { logLevels } from '../model/log.ts';
import { resolveVersions } from '../operate/resolve-target.ts';

const dateFlag = Flags.custom<number>({
  parse: async (input) => {
    const { readDate } = await import('../operate/request-logs/pacific-days.ts');
    const date = readDate(input);
    if (date !== undefined) return date;
    const expected = 'a date such as 2026-11-21';
    throw failure('usage.invalid-value', { command: 'request-logs', what: '--end-date', value: input, expected });
  },
});

export default class RequestLogs extends BaseCommand {
  static override summary = 'Write the requests of a version to a file.';
  static override description =
    `In the Combined Log Format, oldest first. The version is that of a directory's app.yaml or of a yaml file, or of -A and -V (with -M, if it is not of the default module); then the file to write is the only argument. A hyphen stands for standard output.

Days are those of California, as App Engine counts them. --severity also writes what the application logged during a request, in lines that begin with a tab, the severity and the time in seconds.

--append goes on after the last request in the file. For everything that instances print, and for following it: appcfg logs`;
  static override examples = [
    '<%= config.bin %> request-logs . requests.log',
    '<%= config.bin %> request-logs requests.log -A my-app -V v1 --append',
    '<%= config.bin %> request-logs - -A my-app -M my-module -V v1 --num-days 7 --severity 2',
  ];
  static override args = {
    directory: Args.string({ description: 'Directory or yaml file that names the version.' }),
    output: Args.string({ description: 'File to write, or - for standard output.' }),
  };
  static override flags = {
    ...targetFlags,
    'num-days': Flags.integer({
      char: 'n',
      summary: 'How many days, the last one included; 0 for all. Default: 1, with --append 0.',
      helpValue: 'N',
      min: 0,
    }),
    append: Flags.boolean({ char: 'a', summary: 'Add to the file what came after its last request.' }),
    severity: Flags.integer({
      summary: 'Also what the application logged: 0 debug, 1 info, 2 warning, 3 error, 4 critical, and worse.',
      helpValue: 'LEVEL',
      min: 0,
      max: 4,
    }),
    vhost: Flags.string({ summary: 'Only requests for this host.', helpValue: 'HOST' }),
    'include-vhost': Flags.boolean({ summary: 'The host of each request, too.' }),
    'include-all': Flags.boolean({ summary: 'Also durations, instance and task of each request.' }),
    'end-date': dateFlag({ summary: 'The last day. Default: today.', helpValue: 'YYYY-MM-DD' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RequestLogs);
    const { directory, output } = this.#arguments(args, flags);
    await this.perform(flags, async (session) => {
      const isPrinted = output === '-';
      if (isPrinted && flags.append) {
        const reason = 'there is nothing to append to on standard output';
        throw failure('usage.invalid', { command: this.spokenId(), reason });
      }
      const context = await session.context();
      const paths = directory === undefined ? [] : [directory];
      const { application, module, version, severity } = flags;
      const target = { application, module, version, paths, workingDirectory: session.workingDirectory };
      const [name] = await resolveVersions(context, target);
      if (name === undefined) throw failure('deploy.nothing', { paths });
      const of = `module ${name.module}, version ${name.version} of application ${name.application}`;
      session.reporter.event({ type: 'note', message: `Reading the requests of ${of} ...` });
      const { requestLogs } = await import('../operate/request-logs/request-logs.ts');
      const lines: string[] = [];
      const result = await requestLogs(context, {
        ...name,
        days: flags['num-days'] ?? (flags.append ? 0 : 1),
        endDate: flags['end-date'],
        minimumLevel: severity === undefined ? undefined : logLevels[severity],
        host: flags.vhost,
        includesHost: flags['include-vhost'],
        includesAll: flags['include-all'],
        file: isPrinted ? undefined : output,
        appends: flags.append,
        workingDirectory: session.workingDirectory,
        write: (text) => void (flags.json ? lines.push(...text.split('\n').slice(0, -1)) : session.host.stdout(text)),
      });
      const done = `${count(result.records, 'request')} ${flags.append ? 'added' : 'written'} to ${output}.`;
      if (isPrinted) session.reporter.event({ type: 'note', message: `${count(result.records, 'request')}.` });
      return {
        data: isPrinted ? { ...result, lines } : result,
        text: () => (isPrinted ? '' : done),
        isConfirmation: true,
      };
    });
  }

  /** With one argument it is the file to write, and the version has to be named by options. */
  #arguments(
    args: { readonly directory?: string | undefined; readonly output?: string | undefined },
    flags: { readonly application?: string | undefined; readonly version?: string | undefined },
  ): { readonly directory: string | undefined; readonly output: string } {
    const { directory, output } = args;
    const command = this.spokenId();
    if (directory === undefined) throw failure('usage.missing-argument', { command, missing: ['DIRECTORY', 'OUTPUT'] });
    if (output !== undefined) return { directory, output };
    if (flags.application !== undefined && flags.version !== undefined)
      return { directory: undefined, output: directory };
    throw failure('usage.missing-argument', {
      command,
      missing: ['DIRECTORY and OUTPUT, or OUTPUT with -A APP and -V VERSION'],
    });
  }
}
