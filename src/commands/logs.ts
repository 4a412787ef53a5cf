/** `logs`: the last log lines, or what comes. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { targetFlags } from '../cli/flags.ts';
import { renderLogRecord } from '../cli/render/log-record.ts';
import type { Style } from '../cli/render/style.ts';
import type { Session } from '../cli/session.ts';
import { sinceFlag } from '../cli/since-flag.ts';
import { type LogQuery, type LogRecord, logLevels } from '../model/log.ts';
import { followLogs, queryLogs } from '../operate/query-logs.ts';
import { resolveApplication } from '../operate/resolve-target.ts';

export default class Logs extends BaseCommand {
  static override summary = 'Show log lines: the last ones, or as they come.';
  static override description =
    'Request logs and what the application printed, in order of time; with --verbose each with its request id. With --follow --json each record is one line (NDJSON).';
  static override examples = [
    '<%= config.bin %> logs -A my-app -n 50',
    '<%= config.bin %> logs -A my-app -M my-module -V v1 --level warning --follow',
    '<%= config.bin %> logs --since 10m --json',
  ];
  static override flags = {
    ...targetFlags,
    lines: Flags.integer({ char: 'n', summary: 'How many, the last ones.', helpValue: 'N', default: 100, min: 0 }),
    follow: Flags.boolean({ char: 'f', summary: 'Go on with what comes, until Ctrl-C.' }),
    level: Flags.option({ options: logLevels, summary: 'At least this bad.', helpValue: 'LEVEL' })(),
    since: sinceFlag({ summary: 'Not older than this: 90s, 10m, 2h, 1d, or an RFC 3339 time.', helpValue: 'TIME' }),
    kind: Flags.option({
      options: ['app', 'request'] as const,
      summary: 'Only one kind of record.',
      helpValue: 'KIND',
    })(),
    search: Flags.string({ summary: 'Only what contains this text, whatever the case.', helpValue: 'TEXT' }),
    instance: Flags.string({ summary: 'Only of this instance.', helpValue: 'INSTANCE' }),
    request: Flags.string({ summary: 'Only of this request: its record and its lines.', helpValue: 'ID' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Logs);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const query: LogQuery = {
        application: await resolveApplication(context, target),
        module: flags.module,
        version: flags.version,
        instance: flags.instance,
        requestId: flags.request,
        search: flags.search,
        minimumLevel: flags.level,
        kind: flags.kind,
        sinceMs: flags.since?.(session.clock.now()),
        limit: flags.lines,
      };
      if (flags.follow) return follow(followLogs(context, query), session);
      const records = await queryLogs(context, query);
      const line = (record: LogRecord, style: Style) => renderLogRecord(record, style, flags.verbose);
      return { data: records, text: (style) => records.map((record) => line(record, style)).join('\n') };
    });
  }
}

/** Ctrl-C is how following ends, and no failure. */
async function follow(records: ReturnType<typeof followLogs>, session: Session): Promise<Record<string, never>> {
  try {
    for await (const record of records) {
      session.print(
        session.flags.json ? JSON.stringify(record) : renderLogRecord(record, session.style, session.flags.verbose),
      );
    }
  } catch (error) {
    if (!session.signal.aborted) throw error;
  }
  return {};
}
