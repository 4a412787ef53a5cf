/** Who may use the platform, over its control API. */
import type { CallOptions } from '../../backend/call-options.ts';
import type { AccessRole } from '../../backend/operator-roles.ts';
import type { AuditEntry, Identity, TokenCreated, TokenSummary } from '../../model/access.ts';
import { paths } from '../../protocol/extension.ts';
import type { ControlClient } from './control-client.ts';

export function accessRole(client: ControlClient, createdBy: string): AccessRole {
  const signalOf = (call?: CallOptions) => (call?.signal ? { signal: call.signal } : {});
  const headers = { 'x-appcfg-user': createdBy };
  return {
    whoami: (call) => client.json<Identity>({ method: 'GET', path: paths.whoami, ...signalOf(call) }),
    tokens: async (call) => {
      const answer = client.json<{ tokens: TokenSummary[] }>({ method: 'GET', path: paths.tokens, ...signalOf(call) });
      return (await answer).tokens;
    },
    createToken: (token, call) =>
      client.json<TokenCreated>({ method: 'POST', path: paths.tokens, body: token, headers, ...signalOf(call) }),
    revokeToken: (idOrName, call) =>
      client.json<TokenSummary>({ method: 'DELETE', path: paths.token(idOrName), headers, ...signalOf(call) }),
    audit: async ({ application, actor, sinceMs, limit }, call) => {
      const given = Object.entries({ application, actor, since: sinceMs, limit });
      const query = Object.fromEntries(given.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
      const answer = client.json<{ entries: AuditEntry[] }>({
        method: 'GET',
        path: paths.audit,
        query: query as Record<string, string | number>,
        ...signalOf(call),
      });
      return (await answer).entries;
    },
  };
}
