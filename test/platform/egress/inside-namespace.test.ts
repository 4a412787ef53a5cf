/** Run by kernel-platform.test.ts in a network namespace of its own; skipped anywhere else, because it loads rules. */
import { describe, expect, it } from 'vitest';
import { apiPlatform, type ModuleUpload } from '../apis/api-platform.ts';
import { scriptHandler } from '../runtimes/fixture-app.ts';

const isInside = process.env.APPCFG_TEST_NAMESPACE === '1';

describe.skipIf(!isInside)('a platform that has the kernel enforce the rules', () => {
  const platform = apiPlatform({ ...process.env, APPCFG_EGRESS: 'kernel' });

  const python27: ModuleUpload = {
    app: 'python27-sockets',
    spec: { runtime: 'python27', handlers: [scriptHandler('/.*', 'main.app')] },
  };
  const python3: ModuleUpload = {
    app: 'python27-sockets',
    module: 'native',
    spec: { runtime: 'python3', entrypoint: 'python3 server.py' },
  };
  /** Around the language's layer, as a hostile program goes. */
  const bypass = (port: number) => `
from appcfg_sockets import native
s = native.socket.socket()
s.settimeout(5)
try:
    s.connect(('127.0.0.1', ${port}))
    result = 'open'
except native.socket.error as problem:
    result = 'refused'
`;

  it('refuses what a python27 module tries around its socket module, and serves it', async () => {
    await platform.deploy('shop', [python27]);
    const ask = (program: string) =>
      platform.json<{ readonly result?: unknown }>('shop', '/', { method: 'POST', body: program });
    expect(await ask(bypass(platform.controlPort))).toMatchObject({ result: 'refused' });
    expect(await ask(bypass(platform.routerPort))).toMatchObject({ result: 'refused' });
    expect(await ask('result = 1 + 1')).toMatchObject({ result: 2 });
    const [instance] = (await platform.backend.instances?.list('shop')) ?? [];
    expect(instance?.egress).toBe('kernel');
  });

  it('leaves native runtimes alone, also in the same application', async () => {
    await platform.deploy('mixed', [python27, python3]);
    const answer = await platform.ask('mixed', `/?port=${platform.controlPort}`, { target: 'native' });
    expect(answer.body).toBe('open');
    const instances = (await platform.backend.instances?.list('mixed')) ?? [];
    expect(instances.map(({ module, egress }) => [module, egress]).sort()).toEqual([
      ['default', 'kernel'],
      ['native', 'unrestricted'],
    ]);
  });
});
