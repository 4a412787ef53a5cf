/** The limits of the profile hold on every surface, not only for our own tool. */
import { describe, expect, it } from 'vitest';
import { startAdmin } from './admin-rig.ts';

describe("Google's Admin API", () => {
  it('refuses a version with more instances than the profile allows, and says how many that are', async () => {
    const { call, deploy } = await startAdmin();
    await deploy('default', 'v1');
    const create = (id: string, instances: number) =>
      call('POST', '/v1/apps/demo/services/default/versions', {
        body: { id, runtime: 'static', manualScaling: { instances }, deployment: { files: {} } },
      });
    const setProfile = (profile: string) => call('PUT', '/appcfg/v1/apps/demo/profile', { body: { profile } });

    expect((await setProfile('free')).json).toEqual({ profile: 'free', excesses: [] });
    const refused = await create('many', 21);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('would have up to 21 instances; the profile free of application demo allows 20');
    expect((await setProfile('paid-eu')).status).toBe(200);
    expect((await create('many', 25)).status).toBe(200);
    expect((await create('more', 26)).text).toContain('the profile paid-eu of application demo allows 25');
    expect((await setProfile('gratis')).status).toBe(400);
    expect((await call('PUT', '/appcfg/v1/apps/nowhere/profile', { body: { profile: 'free' } })).status).toBe(404);
  });
});
