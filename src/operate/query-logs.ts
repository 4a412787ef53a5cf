/** Log records: the last ones, or what comes from now on. */
import { requireRole } from '../backend/require-role.ts';
import type { LogQuery, LogRecord } from '../model/log.ts';
import { canonicalJson } from '../support/canonical-json.ts';
import { describeApplication, requireModule, requireVersion } from './describe-application.ts';
import type { OperateContext } from './operate-context.ts';

/**
 * In order of time.
 * @throws AppcfgError `backend.unsupported`, `application.not-found`, `module.not-found`, `version.not-found`
 */
export async function queryLogs(context: OperateContext, query: LogQuery): Promise<readonly LogRecord[]> {
  const role = requireRole(context.backend, 'logs');
  await checkNames(context, query);
  return role.query(query, { signal: context.signal });
}

/** The last records first (as many as `query.limit` says, none without it), then what comes, until the signal aborts. */
export async function* followLogs(context: OperateContext, query: LogQuery): AsyncGenerator<LogRecord> {
  const role = requireRole(context.backend, 'logs');
  await checkNames(context, query);
  const { limit = 0, ...endless } = query;
  // A reader that leaves early must end a read that is still waiting, which `return()` would wait for.
  const leaving = new AbortController();
  const signal = AbortSignal.any([context.signal, leaving.signal]);
  const coming = role.follow(endless, { signal })[Symbol.asyncIterator]();
  try {
    // Listening begins before the look back, so that nothing falls in between; what both have is shown once.
    const first = coming.next();
    first.catch(() => {});
    const last = limit > 0 ? await role.query(query, { signal }) : [];
    yield* last;
    const shown = new Set(last.map(canonicalJson));
    for (let next = await first; next.done !== true; next = await coming.next()) {
      if (!shown.delete(canonicalJson(next.value))) yield next.value;
    }
  } finally {
    leaving.abort();
  }
}

/** A version may be named without its module: only what is named is checked. */
async function checkNames(context: OperateContext, { application, module, version }: LogQuery): Promise<void> {
  const live = await describeApplication(context, application);
  if (module === undefined) return;
  if (version === undefined) requireModule(live, module);
  else requireVersion(live, module, version);
}
