import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { LocalPlatform, LocalPlatformStatus } from '../../src/adapters/registry.ts';
import { openTerminal } from './terminal.ts';

const status: LocalPlatformStatus = {
  pid: 42,
  version: '0.1.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  host: '127.0.0.1',
  routerPort: 8080,
  controlPort: 8090,
  applications: ['shop'],
};

function platformWith(applications: readonly string[]): LocalPlatform {
  return {
    find: async () => undefined,
    start: async () => ({ status: { ...status, applications }, wasStarted: true, notes: [] }),
    stop: async () => false,
    collect: async () => undefined,
  };
}

it('prints what a shell can take over, and no token', async () => {
  const home = "/tmp/it's here";
  const terminal = openTerminal({ platform: platformWith(['shop']), environment: { APPCFG_HOME: home } });
  const { stdout } = await terminal.run('platform', 'gcloud-config', '-A', 'demo');
  expect(stdout).not.toMatch(/bearer/i);
  const seen = execFileSync('sh', ['-c', `${stdout}\nenv`], { env: {} }).toString();
  expect(seen).toContain('CLOUDSDK_CORE_PROJECT=demo\n');
  expect(seen).toContain('CLOUDSDK_API_ENDPOINT_OVERRIDES_APPENGINE=http://127.0.0.1:8090/\n');
  expect(seen).toContain('CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=http://127.0.0.1:8090/storage/v1/\n');
  expect(seen).toContain(`CLOUDSDK_AUTH_ACCESS_TOKEN_FILE=${home}/state/token\n`);
  expect(seen).toContain(`CLOUDSDK_CONFIG=${home}/state/gcloud\n`);
});

it('names the project that is plain, and none where there are several', async () => {
  const one = openTerminal({ platform: platformWith(['shop']) });
  expect(await one.json('platform', 'gcloud-config')).toMatchObject({ CLOUDSDK_CORE_PROJECT: 'shop' });
  const several = openTerminal({ platform: platformWith(['shop', 'blog']) });
  expect(await several.json('platform', 'gcloud-config')).not.toHaveProperty('CLOUDSDK_CORE_PROJECT');
});
