/** What applications use, and their profiles, over the control API. */
import type { Backend } from '../../backend/backend.ts';
import type { UsageReport } from '../../model/usage.ts';
import { type ProfileAnswer, paths } from '../../protocol/extension.ts';
import type { ControlClient } from './control-client.ts';

export function usageRole(client: ControlClient): NonNullable<Backend['usage']> {
  return {
    report: (application, { since, days }, call) =>
      client.json<UsageReport>({
        method: 'GET',
        path: paths.usage(application),
        query: { ...(since === undefined ? {} : { since }), ...(days === undefined ? {} : { days }) },
        ...(call?.signal ? { signal: call.signal } : {}),
      }),
    setProfile: async (application, profile, call) => {
      const { excesses } = await client.json<ProfileAnswer>({
        method: 'PUT',
        path: paths.profile(application),
        body: { profile },
        isRepeatable: true,
        ...(call?.signal ? { signal: call.signal } : {}),
      });
      return excesses;
    },
  };
}
