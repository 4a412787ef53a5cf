/** Tokens, and the record of what was changed. */
import { requireRole } from '../backend/require-role.ts';
import { failure } from '../errors.ts';
import type { AuditEntry, AuditQuery, Identity, NewToken, TokenCreated, TokenSummary } from '../model/access.ts';
import type { OperateContext } from './operate-context.ts';

/** @throws AppcfgError `backend.unsupported`, `control.unauthorized`, like all of these */
export function whoami({ backend, signal }: Pick<OperateContext, 'backend' | 'signal'>): Promise<Identity> {
  return requireRole(backend, 'access').whoami({ signal });
}

export function listTokens({ backend, signal }: OperateContext): Promise<readonly TokenSummary[]> {
  return requireRole(backend, 'access').tokens({ signal });
}

/** @throws AppcfgError `token.bad-grant`, `token.exists` */
export async function createToken({ backend, signal }: OperateContext, token: NewToken): Promise<TokenCreated> {
  if (token.role === 'admin' && token.applications !== undefined)
    throw failure('token.bad-grant', { reason: 'an admin is one of everything, and not of single applications' });
  return requireRole(backend, 'access').createToken(token, { signal });
}

/** @throws AppcfgError `token.not-found` */
export function revokeToken({ backend, signal }: OperateContext, idOrName: string): Promise<TokenSummary> {
  return requireRole(backend, 'access').revokeToken(idOrName, { signal });
}

export function listAudit({ backend, signal }: OperateContext, query: AuditQuery): Promise<readonly AuditEntry[]> {
  return requireRole(backend, 'access').audit(query, { signal });
}
