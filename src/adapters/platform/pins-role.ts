/** Pins of releases, over the control API. */
import type { CallOptions } from '../../backend/call-options.ts';
import type { PinsRole } from '../../backend/operator-roles.ts';
import type { ReleaseSummary } from '../../model/release.ts';
import { paths } from '../../protocol/extension.ts';
import type { ControlClient } from './control-client.ts';

export function pinsRole(client: ControlClient, createdBy: string): PinsRole {
  const send = (method: 'PUT' | 'DELETE', path: string, body: object, call?: CallOptions) =>
    client.json<ReleaseSummary>({
      method,
      path,
      body: { createdBy, ...body },
      isRepeatable: true,
      ...(call?.signal ? { signal: call.signal } : {}),
    });
  return {
    pin: (application, release, { reason, ...call } = {}) =>
      send('PUT', paths.pin(application, release), reason === undefined ? {} : { reason }, call),
    unpin: (application, release, call) => send('DELETE', paths.pin(application, release), {}, call),
  };
}
