/** Secrets over the control API. */
import type { WatchOptions } from '../../backend/call-options.ts';
import type { SecretsRole } from '../../backend/operator-roles.ts';
import type { Operation } from '../../model/operation.ts';
import type { SecretSummary } from '../../model/secret.ts';
import { paths } from '../../protocol/extension.ts';
import type { ControlClient } from './control-client.ts';

type Change = (method: 'POST', path: string, body: object, watch?: WatchOptions) => Promise<Operation>;

export function secretsRole(client: ControlClient, change: Change): SecretsRole {
  return {
    list: async (application, call) => {
      const path = paths.secrets(application);
      const signal = call?.signal ? { signal: call.signal } : {};
      return (await client.json<{ secrets: SecretSummary[] }>({ method: 'GET', path, ...signal })).secrets;
    },
    change: (application, wish, watch) => change('POST', paths.secrets(application), wish, watch),
  };
}
