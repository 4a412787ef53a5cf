/** The Modules API called by running code (S3 "Communication between modules"; facts 5.1). */
import { beforeAll, describe, expect, it } from 'vitest';
import { pythons } from '../runtimes/pythons.ts';
import { apiPlatform } from './api-platform.ts';
import { automatic, basic, consoleModule, manual, run, value } from './console.ts';

describe.each(pythons)('google.appengine.api.modules under $name', ({ isMissing, environment }) => {
  const platform = apiPlatform(environment);
  const application = 'simple-sample';
  const host = (labels: string) => `${labels}.${application}.localhost:${platform.routerPort}`;
  const call = (expression: string, target?: string) =>
    run(platform, application, `from google.appengine.api import modules\nresult = modules.${expression}`, target);

  beforeAll(async () => {
    if (isMissing) return;
    await platform.deploy(application, [
      consoleModule('default', automatic),
      consoleModule('mobile-frontend', basic),
      consoleModule('my-module', manual(2)),
    ]);
  });

  it.skipIf(isMissing)('5.1a 5.1b tells each module what it is and what there is', async () => {
    for (const module of ['default', 'mobile-frontend', 'my-module']) {
      const target = module === 'default' ? undefined : module;
      expect(await call('get_current_module_name()', target)).toEqual({ result: module });
      expect(await call('get_current_version_name()', target)).toEqual({ result: 'uno' });
      expect(await call('get_modules()', target)).toEqual({ result: ['default', 'mobile-frontend', 'my-module'] });
      expect(await call('get_versions()', target)).toEqual({ result: ['uno'] });
      expect(await call('get_default_version()', target)).toEqual({ result: 'uno' });
    }
    expect(await call('get_current_instance_id()', '1.my-module')).toEqual({ result: '1' });
    expect((await call('get_current_instance_id()')).result).toMatch(/^[0-9a-f]{12,}$/);
  });

  it.skipIf(isMissing)('1.2l V11 5.1c gives hostnames of every kind', async () => {
    expect(await call('get_hostname()')).toEqual({ result: host('uno') });
    expect(await call('get_hostname(module="my-module")')).toEqual({ result: host('uno.my-module') });
    expect(await call('get_hostname("my-module", "uno", 1)')).toEqual({ result: host('1.uno.my-module') });
    expect(await call('get_hostname(instance="0")', 'mobile-frontend')).toEqual({
      result: host('0.uno.mobile-frontend'),
    });
    expect((await call('get_hostname("nobody")')).error).toBe('InvalidModuleError');
    expect((await call('get_hostname("my-module", "dos")')).error).toBe('InvalidModuleError');
    expect((await call('get_hostname("my-module", instance=2)')).error).toBe('InvalidInstancesError');
    expect((await call('get_hostname("my-module", instance="x")')).error).toBe('InvalidInstancesError');
    expect((await call('get_hostname("default", instance="0")')).error).toBe('InvalidInstancesError');
    expect((await call('get_hostname(module=3)')).error).toBe('TypeError');
  });

  it.skipIf(isMissing)('V9 5.1e fails as documented for what is not there', async () => {
    expect((await call('get_versions("nobody")')).error).toBe('InvalidModuleError');
    expect((await call('get_default_version("nobody")')).error).toBe('InvalidModuleError');
    expect((await call('get_num_instances("nobody")')).error).toBe('InvalidVersionError');
    expect((await call('get_num_instances()')).error).toBe('InvalidVersionError');
    expect(await call('get_num_instances("mobile-frontend")')).toEqual({ result: 2 });
    expect((await call('set_num_instances(2)', 'mobile-frontend')).error).toBe('InvalidVersionError');
    expect((await call('set_num_instances(2, "nobody")')).error).toBe('InvalidVersionError');
    expect((await call('set_num_instances(0, "my-module")')).error).toBe('Error');
    expect(await call('set_num_instances("2", "my-module")')).toMatchObject({
      error: 'TypeError',
      message: "'instances' arg must be of type long or int.",
    });
    expect((await call('stop_version("default", "uno")')).error).toBe('InvalidVersionError');
    expect((await call('start_version("my-module", "dos")')).error).toBe('InvalidVersionError');
  });

  it.skipIf(isMissing)('5.1f changes the number of instances without disturbing those that run', async () => {
    const pid = 'import os; result = os.getpid()';
    const before = await value(platform, application, pid, '0.my-module');
    expect(await call('set_num_instances(3, "my-module")')).toEqual({ result: null });
    expect(await call('get_num_instances("my-module")')).toEqual({ result: 3 });
    expect(await call('get_current_instance_id()', '2.my-module')).toEqual({ result: '2' });
    expect(await value(platform, application, pid, '0.my-module')).toBe(before);
    expect(await call('set_num_instances_async(1, "my-module", "uno").get_result()')).toEqual({ result: null });
    expect(await call('get_num_instances()', 'my-module')).toEqual({ result: 1 });
  });

  it.skipIf(isMissing)('5.1g stops and starts a version; again is no error', async () => {
    expect(await call('stop_version("my-module", "uno")')).toEqual({ result: null });
    expect(await call('stop_version("my-module", "uno")')).toEqual({ result: null });
    expect((await platform.ask(application, '/', { target: 'my-module' })).status).toBe(404);
    expect(await call('start_version("my-module", "uno")')).toEqual({ result: null });
    expect(await call('start_version("my-module", "uno")')).toEqual({ result: null });
    expect(await call('get_current_module_name()', 'my-module')).toEqual({ result: 'my-module' });
  });
});
