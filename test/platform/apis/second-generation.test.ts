/** Second generation Python: our google.appengine, and Google's own SDK, unmodified, where this machine has it. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import { findExecutable } from '../../../src/platform/runtimes/executables.ts';
import { scriptHandler } from '../runtimes/fixture-app.ts';
import { withoutPython2 } from '../runtimes/pythons.ts';
import { hasTool } from '../runtimes/tools.ts';
import { apiPlatform, type ModuleUpload } from './api-platform.ts';
import { manual, run, value } from './console.ts';

const sdk = sdkPath();
const hasPython = hasTool('python3');

interface Client {
  readonly name: string;
  readonly isMissing: boolean;
  readonly spec: Partial<VersionSpec>;
}

const clients: readonly Client[] = [
  { name: 'our package in our launcher', isMissing: !hasPython, spec: {} },
  { name: 'our package in another server', isMissing: !hasPython, spec: { entrypoint: 'python3 server.py' } },
  {
    name: "Google's own SDK",
    isMissing: !hasPython || sdk === undefined,
    spec: { environmentVariables: { PYTHONPATH: sdk ?? '', PYTHONWARNINGS: 'ignore' } },
  },
];

describe.each(clients)('the APIs in python3 by $name', ({ isMissing, spec }) => {
  const platform = apiPlatform();
  const application = 'second';
  const host = (labels: string) => `${labels}.${application}.localhost:${platform.routerPort}`;
  const ask = (code: string, target = 'backend') => value(platform, application, code, target);
  const error = async (code: string, target = 'backend') => (await run(platform, application, code, target)).error;

  function upload(module: string, more: Partial<VersionSpec>): ModuleUpload {
    return {
      module,
      app: 'python-console',
      spec: { runtime: 'python3', usesBundledApis: true, handlers: [], ...spec, ...more },
    };
  }

  beforeAll(async () => {
    if (isMissing) return;
    const queues = [
      { name: 'default', mode: 'push', ratePerSecond: 500, bucketSize: 100 },
      { name: 'pulled', mode: 'pull' },
    ] as const;
    await platform.deploy(
      application,
      [
        upload('default', { scaling: { type: 'automatic' }, instanceClass: 'F4' }),
        upload('backend', { ...manual(2), instanceClass: 'B4' }),
      ],
      {
        settings: { queues: { queues } },
      },
    );
  });

  it.skipIf(isMissing)('5.6d modules', async () => {
    const result = await ask(`
from google.appengine.api import modules
result = [modules.get_current_module_name(), modules.get_current_version_name(), list(modules.get_modules()),
          list(modules.get_versions('backend')), modules.get_default_version(), modules.get_num_instances(),
          modules.get_hostname(), modules.get_hostname('backend', 'uno', '1')]`);
    expect(result).toEqual([
      ...['backend', 'uno', ['default', 'backend'], ['uno'], 'uno', 2],
      ...[host('uno.backend'), host('1.uno.backend')],
    ]);
    const from = 'from google.appengine.api import modules\n';
    expect(await error(`${from}modules.get_hostname('nobody')`)).toBe('InvalidModuleError');
    expect(await error(`${from}modules.get_hostname(instance='7')`)).toBe('InvalidInstancesError');
    expect(await error(`${from}modules.get_num_instances('default')`)).toBe('InvalidVersionError');
    expect(await error(`${from}modules.stop_version('default', 'uno')`)).toBe('InvalidVersionError');
    expect(await ask(`${from}modules.set_num_instances(3)\nresult = modules.get_num_instances()`)).toBe(3);
    expect(await ask(`${from}modules.start_version('backend', 'uno')\nresult = 'no error'`)).toBe('no error');
  });

  it.skipIf(isMissing)('5.6d memcache', async () => {
    const result = await ask(`
from google.appengine.api import memcache
client = memcache.Client()
result = [
    memcache.set('a', {'b': 1}), memcache.get('a'), memcache.add('a', 2), memcache.get_multi(['a', 'x']),
    client.gets('a'), client.cas('a', 5), client.cas('a', 6), memcache.incr('a'), memcache.decr('a', 10),
    memcache.incr('n', initial_value=3), memcache.offset_multi({'n': 2}), memcache.delete('a'), memcache.get('a'),
    memcache.get_stats()['items'], memcache.flush_all(),
]`);
    expect(result).toEqual([
      ...[true, { b: 1 }, false, { a: { b: 1 } }],
      ...[{ b: 1 }, true, false, 6, 0],
      ...[4, { n: 6 }, 2, null, 1, true],
    ]);
  });

  it.skipIf(isMissing)('5.6d task queues', async () => {
    const result = await ask(`
from google.appengine.api import taskqueue
task = taskqueue.add(url='/work', params={'key': 'value'}, name='only-once', target='backend')
pulled = taskqueue.Queue('pulled')
pulled.add([taskqueue.Task(payload='one', method='PULL', tag='t'), taskqueue.Task(payload='two', method='PULL')])
leased = pulled.lease_tasks_by_tag(60, 5, 't')
pulled.modify_task_lease(leased[0], 30)
pulled.delete_tasks(leased)
result = [task.name, task.was_enqueued, [one.payload for one in leased], leased[0].was_deleted,
          taskqueue.QueueStatistics.fetch(pulled).tasks]
pulled.purge()`);
    expect(result).toEqual(['only-once', true, ['one'], true, 1]);
    const from = 'from google.appengine.api import taskqueue\n';
    expect(await error(`${from}taskqueue.add(name='only-once')`)).toMatch(/^(TaskAlreadyExists|TombstonedTask)Error$/);
    expect(await error(`${from}taskqueue.add(queue_name='absent')`)).toBe('UnknownQueueError');
    expect(await error(`${from}taskqueue.Task(payload='x', method='PULL').add()`)).toBe('InvalidQueueModeError');
  });

  it.skipIf(isMissing)('5.6d urlfetch', async () => {
    const result = await ask(`
from google.appengine.api import modules, urlfetch
import json
answer = urlfetch.fetch('http://%s/x?y' % modules.get_hostname('default'), headers={'X-Mine': 'kept'})
environ = json.loads(answer.content)['environ']
result = [answer.status_code, environ.get('HTTP_X_APPENGINE_INBOUND_APPID'), environ['HTTP_X_MINE'], environ['QUERY_STRING'],
          answer.headers['content-type']]`);
    expect(result).toEqual([200, application, 'kept', 'y', 'application/json']);
    const from = 'from google.appengine.api import urlfetch\n';
    expect(await error(`${from}urlfetch.fetch('http://127.0.0.1:1025/')`)).toBe('DownloadError');
    expect(await error(`${from}urlfetch.fetch('http://127.0.0.1:25/')`)).toBe('InvalidURLError');
  });

  it.skipIf(isMissing)('5.6d identity and users', async () => {
    const result = await ask(`
from google.appengine.api import app_identity, users
name, signature = app_identity.sign_blob(b'text')
certificates = app_identity.get_public_certificates()
result = [certificates[0].key_name == name, len(signature), app_identity.get_application_id(),
          app_identity.get_default_version_hostname(), users.create_login_url('/next').split('?')[0], users.get_current_user()]`);
    const home = `${application}.localhost:${platform.routerPort}`;
    expect(result).toEqual([true, 256, application, home, `http://backend.${home}/_ah/login`, null]);
  });

  it.skipIf(isMissing)('5.6d background threads and the runtime', async () => {
    const result = await ask(
      `
from google.appengine.api import background_thread, runtime
import threading
done = threading.Event()
seen = []
def work(word):
    from google.appengine.api import modules
    seen.append([word, list(modules.get_modules())])
    done.set()
background_thread.start_new_background_thread(work, ['word'])
done.wait(30)
result = [seen, runtime.is_shutting_down(), runtime.memory_usage().current > 1]`,
      '0.backend',
    );
    expect(result).toEqual([[['word', ['default', 'backend']]], false, true]);
    const refused =
      'from google.appengine.api import background_thread\nbackground_thread.start_new_background_thread(len, [[]])';
    expect(await error(refused, 'default')).toBe('FrontendsNotSupported');
  });

  it.skipIf(isMissing)('5.6d 5.2a the shutdown hook', async () => {
    await ask(
      `
from google.appengine.api import runtime
runtime.set_shutdown_hook(lambda: print('the hook ran', runtime.is_shutting_down(), flush=True))
result = None`,
      '0.backend',
    );
    await platform.backend.versions.setServingStatus({ application, module: 'backend', version: 'uno' }, 'stopped');
    const lines = await platform.logs(application, { module: 'backend', kind: 'app' });
    expect(lines).toContainEqual(expect.objectContaining({ message: 'the hook ran True', instance: '0' }));
  });
});

describe('a first generation application that brings an SDK of its own', () => {
  const platform = apiPlatform(withoutPython2);
  const isMissing = !hasPython || sdk === undefined;

  it.skipIf(isMissing)('5.6e calls the platform, runs background threads and gets its shutdown hook run', async () => {
    const environmentVariables = { PYTHONPATH: sdk ?? '', PYTHONWARNINGS: 'ignore' };
    const spec = { environmentVariables, handlers: [scriptHandler('/.*', 'main.app')], instanceClass: 'B4' };
    await platform.deploy('own', [{ app: 'python-console', spec: { runtime: 'python27', ...spec } }]);
    const code = `
from google.appengine.api import background_thread, memcache, modules, runtime
import threading
memcache.set('key', 'kept')
done = threading.Event()
background_thread.start_new_background_thread(done.set, [])
runtime.set_shutdown_hook(lambda: print('the hook ran'))
result = [list(modules.get_modules()), memcache.get('key'), done.wait(30), 'google_appengine' in modules.__file__]`;
    expect(await value(platform, 'own', code)).toEqual([['default'], 'kept', true, true]);
    await platform.backend.versions.setServingStatus(
      { application: 'own', module: 'default', version: 'uno' },
      'stopped',
    );
    expect(await platform.logs('own', { kind: 'app' })).toContainEqual(
      expect.objectContaining({ message: 'the hook ran' }),
    );
  });
});

describe('without app_engine_apis', () => {
  const platform = apiPlatform();

  it.skipIf(!hasPython)('3.4d code gets no ticket and no address, and is told why', async () => {
    const spec = { runtime: 'python3', handlers: [] };
    await platform.deploy('plain', [{ app: 'python-console', spec }]);
    const code = 'from google.appengine.api import modules\nmodules.get_modules()';
    expect(await run(platform, 'plain', code)).toMatchObject({
      error: 'RPCFailedError',
      message: expect.stringContaining('app_engine_apis: true'),
    });
    const { environ } = await platform.json<{ environ: Record<string, string> }>('plain', '/');
    expect(environ).not.toHaveProperty('HTTP_X_APPENGINE_API_TICKET');
  });
});

/** What Python needs on its path for the SDK that the Google Cloud SDK brings; undefined where there is none. */
function sdkPath(): string | undefined {
  const gcloud = findExecutable('gcloud', process.env);
  const roots = ['/usr/lib/google-cloud-sdk', ...(gcloud === undefined ? [] : [join(gcloud, '../..')])];
  const root = roots
    .map((one) => join(one, 'platform/google_appengine'))
    .find((one) => existsSync(join(one, 'google/appengine/api/modules')));
  if (root === undefined) return undefined;
  const libraries = [
    'frozendict',
    'urllib3',
    'six',
    'requests',
    'certifi',
    'webob',
    'ruamel',
    'idna',
    'chardet',
    'pytz',
  ];
  return [root, ...libraries.map((name) => join(root, 'lib', name))].join(delimiter);
}
