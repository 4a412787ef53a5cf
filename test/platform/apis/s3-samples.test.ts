/** Each code sample of S3, as printed (what the document leaves out is filled in), run by the platform. */
import { createServer } from 'node:http';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { scriptHandler } from '../runtimes/fixture-app.ts';
import { pythons } from '../runtimes/pythons.ts';
import { apiPlatform } from './api-platform.ts';
import { automatic, manual } from './console.ts';

describe.each(pythons)("S3's samples under $name", ({ isMissing, environment }) => {
  const platform = apiPlatform(environment);
  const application = 'samples';

  beforeAll(async () => {
    if (isMissing) return;
    const spec = { runtime: 'python27', handlers: [scriptHandler('/.*', 'main.app')], ...manual() };
    await platform.deploy(application, [
      { module: 'default', app: 's3-samples', spec: { ...spec, ...automatic } },
      ...['my-backend', 'looping', 'calling'].map((module) => ({ module, app: 's3-samples', spec })),
    ]);
  });
  const stop = (module: string) =>
    platform.backend.versions.setServingStatus({ application, module, version: 'uno' }, 'stopped');
  const printed = async (module: string, message: string) => {
    while (
      !(await platform.logs(application, { module })).some((one) => one.kind === 'app' && one.message === message)
    );
  };

  it.skipIf(isMissing)('S3c module name and instance id', async () => {
    expect(await platform.json(application, '/current_module', { target: 'my-backend' })).toEqual(['my-backend', '0']);
    const [module, instance] = await platform.json<string[]>(application, '/current_module');
    expect(module).toBe('default');
    expect(instance).toMatch(/^[0-9a-f]+$/);
  });

  it.skipIf(isMissing)('S3d fetching another module by its hostname', async () => {
    expect(await platform.json(application, '/fetch')).toBe('"hello from the backend"');
    const [request] = await platform.logs(application, { module: 'my-backend', kind: 'request', limit: 1 });
    expect(request).toMatchObject({ ip: '0.1.0.40', resource: '/' });
  });

  it.skipIf(isMissing)('S3e BackgroundThread', async () => {
    expect(await platform.json(application, '/thread_class', { target: 'my-backend' })).toEqual(['foo', 'bar', {}]);
  });

  it.skipIf(isMissing)('S3f start_new_background_thread', async () => {
    const result = await platform.json(application, '/thread_function', { target: 'my-backend' });
    expect(result).toEqual(['foo', 'bar', {}, true]);
  });

  it.skipIf(isMissing)(
    'S3b the is_shutting_down loop ends when the version is stopped, and the hook runs',
    async () => {
      const running = platform.json(application, '/work_loop', { target: 'looping' });
      await printed('looping', 'work begins');
      await stop('looping');
      expect(await running).toBe('stopped');
      await printed('looping', 'state saved, shutting down: True');
      expect((await platform.ask(application, '/', { target: 'looping' })).status).toBe(404);
    },
  );

  it.skipIf(isMissing)('S3a the shutdown hook cancels API calls', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const fetched = new Promise((done) => silent.once('request', done));
    const running = platform.json(application, `/long_call/${port}`, { target: 'calling' });
    await fetched;
    await stop('calling');
    expect(await running).toBe('cancelled');
  });
});
