/** memcache, task queues, identity, users and logs, called by running code. */
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pythons } from '../runtimes/pythons.ts';
import { apiPlatform } from './api-platform.ts';
import { automatic, consoleModule, manual, run, value } from './console.ts';

describe.each(pythons)('services under $name', ({ isMissing, environment }) => {
  const platform = apiPlatform(environment);
  const application = 'services';
  const ask = <T = unknown>(code: string, target?: string) => value<T>(platform, application, code, target);
  const memcache = (code: string, target?: string) => ask(`from google.appengine.api import memcache\n${code}`, target);
  const taskqueue = (code: string) => `from google.appengine.api import taskqueue\n${code}`;

  beforeAll(async () => {
    if (isMissing) return;
    const queues = [
      { name: 'default', mode: 'push', ratePerSecond: 500, bucketSize: 100 },
      { name: 'pulled', mode: 'pull' },
    ] as const;
    await platform.deploy(application, [consoleModule('default', automatic), consoleModule('backend', manual())], {
      settings: { queues: { queues } },
    });
  });

  it.skipIf(isMissing)('5.5b memcache is shared by the modules and keeps types', async () => {
    await memcache(`
values = {'text': u'h\\xe9', 'bytes': b'\\x00\\xff', 'number': 7, 'big': 1 << 40, 'truth': True, 'none': None, 'list': [1, {'a': 2}]}
result = memcache.set_multi(values, key_prefix='p-')`);
    const read = `
values = memcache.get_multi(['text', 'bytes', 'number', 'big', 'truth', 'none', 'list', 'absent'], key_prefix='p-')
result = [values['text'] == u'h\\xe9', values['bytes'] == b'\\x00\\xff', values['number'] == 7, values['big'] == 1 << 40,
          values['truth'] is True, values['none'] is None, values['list'] == [1, {'a': 2}], 'absent' in values]`;
    expect(await memcache(read, 'backend')).toEqual([true, true, true, true, true, true, true, false]);
  });

  it.skipIf(isMissing)('5.5b memcache adds, replaces, compares, counts and forgets', async () => {
    const result = await memcache(`
client = memcache.Client()
result = [
    memcache.add('a', 1), memcache.add('a', 2), memcache.get('a'),
    memcache.replace('never', 1), memcache.replace('a', 3),
    client.gets('a'), client.cas('a', 4), client.cas('a', 5), memcache.get('a'),
    memcache.incr('a', 5), memcache.decr('a', 100), memcache.incr('absent'), memcache.incr('new', initial_value=10),
    memcache.offset_multi({'a': 3, 'new': -1}) == {'a': 3, 'new': 10},
    memcache.delete('a'), memcache.delete('a'), memcache.get('a'),
    memcache.set('k' * 300, 'long'), memcache.get('k' * 300),
    memcache.set('a', 'here', namespace='other'), memcache.get('a'), memcache.get('a', namespace='other'),
]`);
    expect(result).toEqual([
      ...[true, false, 1],
      ...[false, true],
      ...[3, true, false, 4],
      ...[9, 0, null, 11],
      true,
      ...[2, 1, null],
      ...[true, 'long'],
      ...[true, null, 'here'],
    ]);
    const stats = `memcache.flush_all(); memcache.get('x'); result = [memcache.get_stats()['misses'], memcache.get_stats()['items']]`;
    expect(await memcache(stats)).toEqual([1, 0]);
  });

  it.skipIf(isMissing)('5.5c 6.1a tasks run, where their code says, with the documented headers', async () => {
    const added = await ask<string[]>(
      taskqueue(`
from google.appengine.api import memcache
first = taskqueue.add(url='/work', params={'key': 'value'}, target='backend', name='named')
others = taskqueue.Queue().add([taskqueue.Task(payload='x', url='/work', target='backend') for _ in range(2)])
result = [first.name, first.queue_name, first.was_enqueued] + [task.was_enqueued for task in others]`),
    );
    expect(added).toEqual(['named', 'default', true, true, true]);
    const tasks = await until(async () => {
      const seen = await ask<Record<string, string>[]>("result = kept.get('tasks', [])", 'backend');
      return seen.length >= 3 ? seen : undefined;
    });
    expect(tasks.find((task) => task.HTTP_X_APPENGINE_TASKNAME === 'named')).toMatchObject({
      HTTP_X_APPENGINE_QUEUENAME: 'default',
      HTTP_X_APPENGINE_TASKRETRYCOUNT: '0',
      CONTENT_TYPE: 'application/x-www-form-urlencoded',
      REMOTE_ADDR: '0.1.0.2',
      CURRENT_MODULE_ID: 'backend',
    });
    const error = async (code: string) => (await run(platform, application, taskqueue(code))).error;
    expect(await error("taskqueue.add(name='named')")).toMatch(/^(TombstonedTaskError|TaskAlreadyExistsError)$/);
    expect(await error("taskqueue.add(queue_name='absent')")).toBe('UnknownQueueError');
    expect(await error("taskqueue.add(name='with space')")).toBe('InvalidTaskNameError');
    expect(await error("taskqueue.add(payload='x' * 200000)")).toBe('TaskTooLargeError');
    expect(await error('taskqueue.add(countdown=40 * 86400)')).toBe('InvalidEtaError');
    expect(await error("taskqueue.add(method='PULL', payload='x')")).toBe('InvalidQueueModeError');
    expect(await error('taskqueue.add(transactional=True)')).toBe('BadTransactionStateError');
  });

  it.skipIf(isMissing)('5.5c pull tasks are leased, changed and deleted', async () => {
    const result = await ask(
      taskqueue(`
queue = taskqueue.Queue('pulled')
queue.add([taskqueue.Task(payload='p%d' % index, method='PULL', tag='t%d' % (index % 2)) for index in range(4)])
leased = queue.lease_tasks_by_tag(60, 10, 't1')
result = [sorted(task.payload.decode('ascii') for task in leased), leased[0].tag, len(queue.lease_tasks(60, 10)),
          len(queue.lease_tasks(60, 10))]
queue.modify_task_lease(leased[0], 0)
result.append([task.name for task in queue.lease_tasks(60, 10)] == [leased[0].name])
queue.delete_tasks(leased)
result.append(queue.fetch_statistics().tasks)
queue.purge()
result.append(queue.fetch_statistics().tasks)`),
    );
    expect(result).toEqual([['p1', 'p3'], 't1', 2, 0, true, 2, 0]);
  });

  it.skipIf(isMissing)('5.4a signatures are real, tokens are not, and the key is kept private', async () => {
    const [name, signature, keyName, pem] = await ask<string[]>(`
from google.appengine.api import app_identity
import binascii
name, signature = app_identity.sign_blob(b'signed by the application')
certificate = app_identity.get_public_certificates()[0]
result = [name, binascii.hexlify(signature).decode('ascii'), certificate.key_name, certificate.x509_certificate_pem]`);
    expect(keyName).toBe(name);
    const certificate = new X509Certificate(pem ?? '');
    expect(certificate.subject).toBe(`CN=${application}`);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    const key = createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' }));
    expect(verify('sha256', Buffer.from('signed by the application'), key, Buffer.from(signature ?? '', 'hex'))).toBe(
      true,
    );
    const folder = join(platform.directory, 'identity');
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const facts = await ask<string[]>(`
from google.appengine.api import app_identity
result = [app_identity.get_application_id(), app_identity.get_default_version_hostname(),
          app_identity.get_service_account_name(), app_identity.get_default_gcs_bucket_name(),
          app_identity.get_access_token(['scope'])[0]]`);
    expect(facts).toEqual([
      application,
      `${application}.localhost:${platform.routerPort}`,
      `${application}@appspot.gserviceaccount.com`,
      `${application}.appspot.com`,
      'appcfg-local-token-without-rights:scope',
    ]);
    const tooLarge = await run(
      platform,
      application,
      "from google.appengine.api import app_identity\napp_identity.sign_blob(b'x' * 9000)",
    );
    expect(tooLarge.error).toBe('BlobSizeTooLarge');
  });

  it.skipIf(isMissing)('5.4b users sign in on the local page', async () => {
    const origin = `http://${application}.localhost:${platform.routerPort}`;
    const urls = await ask(`
from google.appengine.api import users
result = [users.create_login_url('/next?a=b'), users.create_logout_url('http://elsewhere/'), users.get_current_user(),
          users.is_current_user_admin()]`);
    expect(urls).toEqual([
      `${origin}/_ah/login?continue=${encodeURIComponent(`${origin}/next?a=b`)}`,
      `${origin}/_ah/logout?continue=${encodeURIComponent('http://elsewhere/')}`,
      null,
      false,
    ]);
    const tooLong = "from google.appengine.api import users\nusers.create_login_url('/' + 'x' * 3000)";
    expect((await run(platform, application, tooLong)).error).toBe('RedirectTooLongError');
    const form = 'email=me%40gmail.com&admin=True&continue=/';
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const signedIn = await platform.ask(application, '/_ah/login', { method: 'POST', body: form, headers: type });
    const cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const user = await platform.json(application, '/run', {
      method: 'POST',
      headers: { Cookie: cookie },
      body: 'from google.appengine.api import users\nuser = users.get_current_user()\nresult = [user.email(), user.nickname(), users.is_current_user_admin()]',
    });
    expect(user).toEqual({ result: ['me@gmail.com', 'me', true] });
  });

  it.skipIf(isMissing)('5.3b logs are read back with every filter', async () => {
    for (const word of ['one', 'two', 'three']) {
      const level = word === 'two' ? 'error' : 'info';
      await ask(`import logging\nlogging.${level}('the word is ${word}')\nresult = None`, 'backend');
    }
    const fetch = (options: string) => `
from google.appengine.api import logservice
def shown(**options):
    return [[log.resource, log.status, [line.message for line in log.app_logs]] for log in logservice.fetch(**options)
            if log.resource == '/run']
result = shown(${options})`;
    const all = await until(async () => {
      const found = await ask<[string, number, string[]][]>(fetch('include_app_logs=True, batch_size=2'), 'backend');
      const words = found.flatMap(([, , lines]) => lines);
      return words.length >= 3 ? found : undefined;
    });
    const newestFirst = all.flatMap(([, , lines]) => lines);
    expect(newestFirst).toEqual(['the word is three', 'the word is two', 'the word is one']);
    const errors = await ask(fetch('minimum_log_level=logservice.LOG_LEVEL_ERROR, include_app_logs=True'), 'backend');
    expect(errors).toEqual([['/run', 200, ['the word is two']]]);
    expect(await ask(fetch('end_time=1000'), 'backend')).toEqual([]);
    expect(await ask(fetch("module_versions=[('absent', 'uno')]"), 'backend')).toEqual([]);
    const byId = `
from google.appengine.api import logservice
import os
logs = list(logservice.fetch(batch_size=3))
ids = [log.request_id for log in logs][:2]
again = [log.request_id for log in logservice.fetch(request_ids=list(reversed(ids)) + ['abcdef'])]
after = [log.request_id for log in logservice.fetch(offset=logs[0].offset)]
own = [log.finished for log in logservice.fetch(include_incomplete=True) if log.request_id == os.environ['REQUEST_LOG_ID']]
result = [again == list(reversed(ids)), logs[0].request_id not in after, logs[1].request_id in after, own,
          logs[0].app_id, logs[0].module_id, logs[0].version_id, logs[0].end_time >= logs[0].start_time, '"POST /run HTTP/1.1" 200' in logs[0].combined]`;
    expect(await ask(byId, 'backend')).toEqual([true, true, true, [false], application, 'backend', 'uno', true, true]);
    const error = async (options: string) => (await run(platform, application, fetch(options), 'backend')).error;
    expect(await error("request_ids=['a', 'a']")).toBe('InvalidArgumentError');
    expect(await error("request_ids=['not hex']")).toBe('InvalidArgumentError');
    expect(await error("version_ids=['uno'], module_versions=[('default', 'uno')]")).toBe('InvalidArgumentError');
    expect(await error("request_ids=['a'], start_time=1")).toBe('InvalidArgumentError');
  });

  it.skipIf(isMissing)(
    '5.3a flushes make entries of their own, by themselves in requests that print much',
    async () => {
      const flushes = async () => {
        const records = await platform.logs(application, { kind: 'request', module: 'backend' });
        return records.filter((record) => record.kind === 'request' && record.flush);
      };
      const before = (await flushes()).length;
      await ask('from google.appengine.api import logservice\nlogservice.flush()\nresult = None', 'backend');
      const [flush] = (await flushes()).slice(before);
      expect(flush).toMatchObject({ kind: 'request', resource: '/run', status: 0, instance: '0' });
      const request = (await platform.logs(application, { requestId: flush?.requestId ?? '', kind: 'request' })).find(
        (record) => record.kind === 'request' && !record.flush,
      );
      expect(flush).toMatchObject({ flush: { requestStartedAtMs: request?.timeMs } });
      await ask("for index in range(120): print('line %d' % index)\nresult = None", 'backend');
      expect(await flushes()).toHaveLength(before + 3);
      await ask("for index in range(120): print('line %d' % index)\nresult = None");
      expect(await platform.logs(application, { kind: 'request', module: 'default' })).not.toContainEqual(
        expect.objectContaining({ flush: expect.anything() }),
      );
    },
  );

  it.skipIf(isMissing)('5.5h what the platform lacks says so', async () => {
    const code = (service: string) => `
from google.appengine.api import apiproxy_rpc
apiproxy_rpc.call('${service}', 'Get', b'')`;
    expect((await run(platform, application, code('datastore_v3'))).error).toBe('FeatureNotEnabledError');
    expect((await run(platform, application, code('nonsense'))).error).toBe('CallNotFoundError');
    expect((await run(platform, application, code('memcache').replace("b''", "b'\\xff'"))).error).toBe('ArgumentError');
  });

  it.skipIf(isMissing)('5.6c calls end with their request', async () => {
    await ask(
      `
import threading
from google.appengine.api import modules
from appcfg_launcher import context
ticket = context.ticket()
kept['stolen'] = ticket
result = None`,
      'backend',
    );
    const stolen = await run(
      platform,
      application,
      `
from appcfg_launcher import api_client
try:
    api_client.call('modules', 'GetModules', b'', ticket=kept['stolen'])
except api_client.CallFailed as failure:
    result = [failure.kind, failure.code]`,
      'backend',
    );
    expect(stolen).toEqual({ result: ['rpc', 3] });
  });
});

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
  }
}
