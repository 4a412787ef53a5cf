/** Log records: the last ones, or what comes from now on. */
import { requireRole } from '../backend/require-role.ts';
import type { LogQuery, LogRecord } from '../model/log.ts';
import { describeApplication, requireModule, requireVersion } from './describe-application.ts';
import type { OperateContext } from './operate-context.ts';

/** In order of time. @throws AppcfgError `backend.unsupported`, `application.not-found`, `module.not-found`, `version.not-found` */
export async function queryLogs(context: OperateContext, query: LogQuery): Promise<readonly LogRecord[]> {
  const role = requireRole(context.backend, 'logs');
  await checkNames(context, query);
  return role.query(query, { signal: context.signal });
}

/** The last records first (as many as `query.limit` says, none without it), then what comes, until the signal aborts. */
export async function* followLogs(context: OperateContext, query: LogQuery): AsyncGenerator<LogRecord> {
  const role = requireRole(context.backend, 'logs');
  await checkNames(context, query);
  const { limit, ...endless } = query;
  if (limit !== undefined && limit > 0) yield* await role.query(query, { signal: context.signal });
  yield* role.follow(endless, { signal: context.signal });
}

/** A version may be named without its module, a module may be gone while its logs are not: only what is named is checked. */
async function checkNames(context: OperateContext, { application, module, version }: LogQuery): Promise<void> {
  const live = await describeApplication(context, application);
  if (module === undefined) return;
  if (version === undefined) requireModule(live, module);
  else requireVersion(live, module, version);
}
