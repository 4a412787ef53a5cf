/** `cron-info`: when the jobs of a cron.yaml run next. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { nothingToRead } from '../cli/nothing-to-read.ts';
import { renderCronInfo } from '../cli/render/cron-info.ts';
import { sinceFlag } from '../cli/since-flag.ts';
import { cronInfo } from '../operate/cron-info.ts';

export default class CronInfoCommand extends BaseCommand {
  static override summary = 'Show when the jobs of a cron.yaml run next.';
  static override description =
    'In the time zone of each job, and in UTC with --json. Needs no platform: it reads the file only.';
  static override examples = [
    '<%= config.bin %> cron-info .',
    '<%= config.bin %> cron-info cron.yaml -n 10 --from 2026-03-29',
  ];
  static override args = {
    path: Args.string({ description: 'The file, or the directory that has it. Default: the current directory.' }),
  };
  static override flags = {
    'num-runs': Flags.integer({
      char: 'n',
      summary: 'How many runs of each job.',
      helpValue: 'N',
      default: 5,
      min: 1,
      max: 1000,
    }),
    from: sinceFlag({ summary: 'Begin here instead of now: an RFC 3339 time or date.', helpValue: 'TIME' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CronInfoCommand);
    await this.perform(flags, async (session) => {
      const now = session.clock.now();
      const info = await cronInfo({
        path: args.path,
        workingDirectory: session.workingDirectory,
        runs: flags['num-runs'],
        fromMs: flags.from?.(now) ?? now,
      });
      if (info === undefined) return nothingToRead(session, 'cron.yaml', args.path ?? '.');
      return { data: info, text: (style) => renderCronInfo(info, { style, nowMs: now }) };
    });
  }
}
