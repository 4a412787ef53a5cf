/** What an application used, by the day. */
import type { UsageQuery } from '../backend/operator-roles.ts';
import { requireRole } from '../backend/require-role.ts';
import type { UsageReport } from '../model/usage.ts';
import type { OperateContext } from './operate-context.ts';

/** @throws AppcfgError `backend.unsupported`, `application.not-found` */
export function usage(context: OperateContext, application: string, query: UsageQuery): Promise<UsageReport> {
  return requireRole(context.backend, 'usage').report(application, query, { signal: context.signal });
}
