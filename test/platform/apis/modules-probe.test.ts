/** S3's example of three modules, deployed by its own yaml files, with a program that prints all that the Modules API tells. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseModuleFile } from '../../../src/config/app/parse-module-file.ts';
import { pythons } from '../runtimes/pythons.ts';
import { apiPlatform, type ModuleUpload } from './api-platform.ts';

const files = ['app.yaml', 'mobile-frontend.yaml', 'my-module.yaml'];
const application = 'simple-sample';

function upload(file: string): ModuleUpload {
  const { value } = parseModuleFile(readFileSync(`examples/simple-sample/${file}`), file);
  if (!value) throw new Error(`${file} can not be read`);
  return { module: value.module, version: value.version ?? '', app: 'modules-probe', spec: value.spec };
}

interface Probe {
  readonly current: Readonly<Record<string, unknown>>;
  readonly modules: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

describe.each(pythons)("S3's example under $name", ({ isMissing, environment }) => {
  const platform = apiPlatform(environment);
  beforeAll(async () => {
    if (!isMissing) await platform.deploy(application, files.map(upload));
  });
  const host = (labels: string) => `${labels}.${application}.localhost:${platform.routerPort}`;
  const probe = (module: string) =>
    platform.json<Probe>(application, '/', module === 'default' ? {} : { target: module });
  const change = (path: string) => platform.json(application, path);

  it.skipIf(isMissing)('S3g 5.1a 5.1b prints what each module is told about itself', async () => {
    const automatic = { get_num_instances: 'InvalidVersionError', get_current_instance_id: /^[0-9a-f]{12,}$/ };
    for (const [module, labels, more] of [
      ['default', 'uno', automatic],
      ['mobile-frontend', 'uno.mobile-frontend', automatic],
      ['my-module', 'uno.my-module', { get_num_instances: 1, get_current_instance_id: /^0$/ }],
    ] as const) {
      const { current } = await probe(module);
      expect(current).toEqual({
        get_current_module_name: module,
        get_current_version_name: 'uno',
        get_current_instance_id: expect.stringMatching(more.get_current_instance_id),
        get_modules: ['default', 'mobile-frontend', 'my-module'],
        get_versions: ['uno'],
        get_default_version: 'uno',
        get_num_instances: more.get_num_instances,
        get_hostname: host(labels),
      });
    }
  });

  it.skipIf(isMissing)('S3g 5.1c 5.1e prints what it is told about the others, the same in each', async () => {
    const automatic = (labels: string) => ({
      get_versions: ['uno'],
      get_default_version: 'uno',
      get_num_instances: 'InvalidVersionError',
      'get_num_instances of uno': 'InvalidVersionError',
      'get_num_instances of dos': 'InvalidVersionError',
      get_hostname: host(labels),
      'get_hostname of uno': host(labels),
      'get_hostname of dos': 'InvalidModuleError',
      'get_hostname of instance 0': 'InvalidInstancesError',
      'get_hostname of instance 7': 'InvalidInstancesError',
    });
    const invalid = Object.fromEntries(
      Object.keys(automatic('')).map((call) => [
        call,
        call.startsWith('get_num') ? 'InvalidVersionError' : 'InvalidModuleError',
      ]),
    );
    const expected = {
      default: automatic('uno'),
      'mobile-frontend': automatic('uno.mobile-frontend'),
      'my-module': {
        ...automatic('uno.my-module'),
        get_num_instances: 1,
        'get_num_instances of uno': 1,
        'get_hostname of instance 0': host('0.uno.my-module'),
      },
      nobody: invalid,
    };
    for (const module of ['default', 'mobile-frontend', 'my-module'])
      expect((await probe(module)).modules).toEqual(expected);
  });

  it.skipIf(isMissing)('S3g 5.1f 5.1g prints what changes', async () => {
    expect(await change('/set_num_instances/my-module/3')).toBeNull();
    expect((await probe('default')).modules['my-module']).toMatchObject({
      get_num_instances: 3,
      'get_hostname of instance 0': host('0.uno.my-module'),
    });
    expect(await change('/set_num_instances_async/my-module/1')).toBeNull();
    expect(await change('/set_num_instances/mobile-frontend/3')).toBe('InvalidVersionError');
    expect(await change('/stop_version/my-module/uno')).toBeNull();
    expect(await change('/stop_version_async/my-module/uno')).toBeNull();
    expect((await platform.ask(application, '/', { target: 'my-module' })).status).toBe(404);
    expect(await change('/start_version/my-module/uno')).toBeNull();
    expect(await change('/start_version_async/my-module/uno')).toBeNull();
    expect((await probe('my-module')).current.get_current_module_name).toBe('my-module');
    expect(await change('/stop_version/default/uno')).toBe('InvalidVersionError');
    expect(await change('/start_version/my-module/dos')).toBe('InvalidVersionError');
  });
});
