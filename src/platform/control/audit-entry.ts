/** What the audit log keeps of a request. */
import { isAppcfgError } from '../../errors.ts';
import type { NewAuditEntry } from '../access/audit-log.ts';
import { type Access, applicationOf } from '../access/route-access.ts';
import type { RouteRequest } from './route-table.ts';

export function auditEntry(
  access: Access,
  request: RouteRequest,
  result: { readonly value: unknown } | { readonly error: unknown },
): NewAuditEntry {
  const { message, caller } = request;
  const application = applicationOf(access, request) ?? caller.askedFor;
  const claimed = message.headers['x-appcfg-user'];
  return {
    actor: caller.author(typeof claimed === 'string' ? claimed : ''),
    address: caller.address,
    action: access.change ?? '',
    ...(application === undefined ? {} : { application }),
    // Not the query: the address of an upload has its secret there.
    target: `${message.method} ${(message.url ?? '').split('?', 1)[0]}`,
    ...('error' in result ? failed(result.error) : succeeded(result.value)),
  };
}

function failed(error: unknown): Pick<NewAuditEntry, 'result' | 'error'> {
  if (!isAppcfgError(error)) return { result: 'failed', error: 'internal' };
  const isRefusal = error.code === 'control.forbidden' || error.code === 'control.unauthorized';
  return { result: isRefusal ? 'refused' : 'failed', error: error.code };
}

/** What is still running has an entry of its own when it ends. */
function succeeded(value: unknown): Pick<NewAuditEntry, 'result' | 'operation'> {
  const { id, state } = (value ?? {}) as { readonly id?: unknown; readonly state?: unknown };
  if (typeof id !== 'string' || typeof state !== 'string') return { result: 'done' };
  return { result: state === 'pending' ? 'accepted' : 'done', operation: id };
}
