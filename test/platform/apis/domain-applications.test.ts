/** Applications of a domain (`example.com:demo`): their hosts, what their code is told, and how they are administered. */
import { beforeAll, describe, expect, it } from 'vitest';
import { pythons } from '../runtimes/pythons.ts';
import { apiPlatform } from './api-platform.ts';
import { automatic, consoleModule, manual, value } from './console.ts';

const application = 'example.com:demo';
/** In host names, which have no colon. */
const host = 'demo.example.com.a';
const python = pythons.find(({ isMissing }) => !isMissing);

describe.skipIf(!python)('an application of a domain', () => {
  const platform = apiPlatform(python?.environment);
  beforeAll(async () => {
    await platform.deploy(application, [consoleModule('default', automatic), consoleModule('work', manual(2))]);
  });
  const told = async (target?: string) => {
    const at = target === undefined ? {} : { target };
    const { environ } = await platform.json<{ environ: Record<string, string> }>(host, '/', at);
    return `${environ.INSTANCE_ID}.${environ.CURRENT_VERSION_ID?.replace(/\..*/, '')}.${environ.CURRENT_MODULE_ID}`;
  };

  it('N3 is addressed as App Engine does: NAME.DOMAIN.a', async () => {
    expect(await told()).toMatch(/^[0-9a-f]+\.uno\.default$/);
    expect(await told('work')).toMatch(/^[01]\.uno\.work$/);
    expect(await told('1.work')).toBe('1.uno.work');
    expect(await told('0.uno.work')).toBe('0.uno.work');
    expect(await told('nobody-knows')).toMatch(/\.uno\.default$/);
    const appspot = { headers: { Host: `1-dot-uno-dot-work-dot-${host}.appspot.com` } };
    const { environ } = await platform.json<{ environ: Record<string, string> }>(host, '/', appspot);
    expect(environ.INSTANCE_ID).toBe('1');
    const regional = { headers: { Host: `work.${host}.uc.r.appspot.com` } };
    expect((await platform.ask(host, '/', regional)).body).toContain('"CURRENT_MODULE_ID": "work"');
  });

  it('N3 is known to its code by id, host, bucket and account', async () => {
    const said = await value(
      platform,
      host,
      `
        import os
        from google.appengine.api import app_identity, modules
        result = [os.environ['APPLICATION_ID'], app_identity.get_application_id(), os.environ['DEFAULT_VERSION_HOSTNAME'],
                  modules.get_hostname('work'), modules.get_hostname('work', instance='1'),
                  app_identity.get_default_gcs_bucket_name(), app_identity.get_service_account_name()]`,
    );
    const own = `${host}.localhost:${platform.routerPort}`;
    expect(said).toEqual([
      's~example.com:demo',
      'example.com:demo',
      own,
      `uno.work.${own}`,
      `1.uno.work.${own}`,
      'demo.example.com.a.appspot.com',
      'demo.example.com@appspot.gserviceaccount.com',
    ]);
  });

  it('N3 is recognised by its other modules', async () => {
    const fetched = await value<string>(
      platform,
      host,
      `
        from google.appengine.api import modules, urlfetch
        result = urlfetch.fetch('http://%s/admin/x' % modules.get_hostname('work'), follow_redirects=False).content.decode()`,
    );
    expect(JSON.parse(fetched).environ.HTTP_X_APPENGINE_INBOUND_APPID).toBe('example.com:demo');
  });

  it('N3 is administered and logged under its id', async () => {
    const described = await platform.backend.describe(application);
    expect(described).toMatchObject({ id: application, defaultHostname: `${host}.localhost:${platform.routerPort}` });
    const { versions } = platform.backend;
    await versions.setServingStatus({ application, module: 'work', version: 'uno' }, 'stopped');
    expect((await platform.ask(host, '/', { target: 'work' })).status).toBe(404);
    expect((await platform.logs(application, { module: 'work', kind: 'request' })).length).toBeGreaterThan(0);
  });
});
