/** Locks on applications, over the control API. */
import type { CallOptions } from '../../backend/call-options.ts';
import type { LockRole } from '../../backend/operator-roles.ts';
import type { ApplicationLock } from '../../model/lock.ts';
import { paths } from '../../protocol/extension.ts';
import type { ControlClient } from './control-client.ts';

/** @param createdBy the holder of what is acquired @param held the lock that this client holds */
export function lockRole(client: ControlClient, createdBy: string, held: string | undefined): LockRole {
  const send = <T>(method: 'POST' | 'PUT' | 'DELETE', application: string, body: object, call?: CallOptions) =>
    client.json<T>({
      method,
      path: paths.lock(application),
      body,
      isRepeatable: method === 'PUT',
      ...(call?.signal ? { signal: call.signal } : {}),
    });
  return {
    held,
    acquire: (application, wish, call) => send<ApplicationLock>('POST', application, { ...wish, createdBy }, call),
    renew: (application, id, call) => send<ApplicationLock>('PUT', application, { id }, call),
    release: async (application, id, call) => {
      await send('DELETE', application, { id }, call);
    },
  };
}
