/** Writes the requests of a version to a file, oldest first, with what the application logged meanwhile. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LogsRole } from '../../backend/backend.ts';
import type { VersionName } from '../../backend/call-options.ts';
import { requireRole } from '../../backend/require-role.ts';
import { failure, messageOf } from '../../errors.ts';
import type { LogLevel, RequestLog } from '../../model/log.ts';
import { describeApplication, requireVersion } from '../describe-application.ts';
import type { OperateContext } from '../operate-context.ts';
import { applicationLines, type LineFields, requestLine } from './combined-line.ts';
import { linesMeanwhile } from './lines-meanwhile.ts';
import { pagesBackwards } from './log-pages.ts';
import { pacificDays } from './pacific-days.ts';
import { lastRequestLine } from './sentinel.ts';
import { Spool } from './spool.ts';

export interface RequestLogsRequest extends VersionName, LineFields {
  /** Days in California, the last one included; 0: all there are. */
  readonly days: number;
  /** The last one, milliseconds of its midnight as if it were UTC; undefined: today. */
  readonly endDate?: number | undefined;
  /** undefined: only requests. */
  readonly minimumLevel?: LogLevel | undefined;
  /** Only requests for this host. */
  readonly host?: string | undefined;
  /** As the user named it; undefined: what `write` takes. */
  readonly file?: string | undefined;
  /** Behind what is in the file, beginning after its last request. */
  readonly appends: boolean;
  readonly workingDirectory: string;
  readonly write: (text: string) => void;
}

export interface RequestLogsResult extends VersionName {
  /** Absolute. */
  readonly file?: string;
  readonly records: number;
}

const PAGE_SIZE = 1000;

/**
 * An interrupt keeps what has arrived.
 * @throws AppcfgError `backend.unsupported`, `request-logs.unwritable`, `interrupted`, and the names'
 */
export async function requestLogs(context: OperateContext, request: RequestLogsRequest): Promise<RequestLogsResult> {
  const { application, module, version, workingDirectory } = request;
  const role = requireRole(context.backend, 'logs');
  requireVersion(await describeApplication(context, application), module, version);
  const file = request.file === undefined ? undefined : resolve(workingDirectory, request.file);
  const name = { application, module, version };
  const spool = new Spool();
  const download: Download = { role, request, context, spool, records: 0, wasSentinelFound: false };
  try {
    const sentinel = request.appends && file !== undefined ? reading(file, () => lastRequestLine(file)) : undefined;
    const interruption = await gather(download, sentinel);
    writeOut(spool, file, request);
    if (interruption) throw interruption;
    if (sentinel !== undefined && !download.wasSentinelFound) warnOfGap(context, file ?? '');
    return { ...name, ...(file === undefined ? {} : { file }), records: download.records };
  } finally {
    spool.dispose();
  }
}

interface Download {
  readonly role: LogsRole;
  readonly request: RequestLogsRequest;
  readonly context: OperateContext;
  readonly spool: Spool;
  records: number;
  wasSentinelFound: boolean;
}

/** Answers the interruption, if there was one. */
async function gather(download: Download, sentinel: string | undefined): Promise<Error | undefined> {
  const { role, request, context } = download;
  const { application, module, version, days, endDate } = request;
  const { signal, clock } = context;
  const query = { application, module, version, kind: 'request', ...pacificDays(days, endDate, clock.now()) } as const;
  try {
    for await (const page of pagesBackwards(role, query, { pageSize: PAGE_SIZE, signal })) {
      signal.throwIfAborted();
      const requests = page.filter(
        (record): record is RequestLog => record.kind === 'request' && isWanted(record, request),
      );
      await keepPage(download, requests, sentinel);
      if (download.wasSentinelFound) break;
    }
    return undefined;
  } catch (error) {
    if (!signal.aborted) throw error;
    const where = `while the log was read; the newest ${download.records} requests are in ${request.file ?? 'the output'}`;
    return failure('interrupted', { where }, { cause: error });
  }
}

async function keepPage(
  download: Download,
  requests: readonly RequestLog[],
  sentinel: string | undefined,
): Promise<void> {
  const { role, request, context, spool } = download;
  const lines = requests.map((record) => requestLine(record, request));
  const known = sentinel === undefined ? -1 : lines.lastIndexOf(sentinel);
  download.wasSentinelFound = known !== -1;
  const fresh = requests.slice(known + 1);
  const { application, module, version, minimumLevel } = request;
  const meanwhile =
    minimumLevel === undefined
      ? undefined
      : await linesMeanwhile(role, { application, module, version, minimumLevel }, fresh, {
          pageSize: PAGE_SIZE,
          signal: context.signal,
        });
  const text = fresh.map((record, index) => {
    const logged = meanwhile?.get(record.requestId ?? '') ?? [];
    return [lines[known + 1 + index] ?? '', ...logged.map(applicationLines)].map((line) => `${line}\n`).join('');
  });
  spool.add(text.join(''));
  download.records += fresh.length;
}

function isWanted(record: RequestLog, { host }: RequestLogsRequest): boolean {
  if (host === undefined) return true;
  const name = (text: string) => text.toLowerCase().replace(/:\d+$/, '');
  return host.includes(':') ? record.host.toLowerCase() === host.toLowerCase() : name(record.host) === name(host);
}

function writeOut(spool: Spool, file: string | undefined, { appends, write }: RequestLogsRequest): void {
  if (file === undefined) {
    for (const page of spool.pages()) write(page);
    return;
  }
  reading(file, () => {
    const handle = openSync(file, appends ? 'a' : 'w', 0o600);
    try {
      for (const page of spool.pages()) writeSync(handle, page);
    } finally {
      closeSync(handle);
    }
  });
}

function reading<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failure('request-logs.unwritable', { file, reason: messageOf(error) }, { cause: error });
  }
}

function warnOfGap({ reporter }: OperateContext, file: string): void {
  const message = `The last request of ${file} was not found in the log: there may be a gap, or requests that are there twice.`;
  reporter?.event({ type: 'warning', code: 'no-sentinel', message });
}
