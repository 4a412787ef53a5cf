/** `usage`: instance hours, bandwidth and what they would cost on App Engine. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly } from '../cli/flags.ts';
import { renderUsage } from '../cli/render/usage.ts';
import { failure } from '../errors.ts';
import { resolveApplication } from '../operate/resolve-target.ts';
import { usage } from '../operate/usage.ts';

const MOST_DAYS = 400;

export default class Usage extends BaseCommand {
  static override summary = 'Show instance hours, traffic and their estimated cost.';
  static override description =
    "Counted as App Engine bills: from the start of an instance until 15 minutes after its shutdown (manual scaling) or its last request (basic and automatic), in hours of F1 and B1. A day begins at midnight in California. The cost is an estimate by App Engine's price list, or by the platform's own prices.json.";
  static override examples = [
    '<%= config.bin %> usage -A my-app',
    '<%= config.bin %> usage -A my-app --days 30',
    '<%= config.bin %> usage -A my-app --since 2026-11-01 --json',
  ];
  static override flags = {
    ...applicationOnly,
    days: Flags.integer({
      summary: 'So many days, today among them. Default: 1.',
      helpValue: 'N',
      min: 1,
      max: MOST_DAYS,
      exclusive: ['since'],
    }),
    since: Flags.string({ summary: 'From this day on.', helpValue: 'YYYY-MM-DD' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Usage);
    const { since, days } = flags;
    if (since !== undefined && !isDay(since)) {
      throw failure('usage.invalid-value', {
        ...{ command: this.spokenId(), what: '--since', value: since },
        expected: 'a day such as 2026-11-01',
      });
    }
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const report = await usage(context, application, { since, days });
      return { data: report, text: (style) => renderUsage(report, style) };
    });
  }
}

/** The 31st of February is none. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
