/** Logs, cron jobs, queues and indexes as Google's other APIs have them. */
import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../../src/model/log.ts';
import { startAdmin } from './admin-rig.ts';

const start = Date.UTC(2026, 10, 21, 12, 0, 0);
const base = { application: 'demo', module: 'default', version: 'v1', instance: '0' } as const;

function line(offsetMs: number, message: string, change: Partial<LogRecord> = {}): LogRecord {
  return {
    ...base,
    kind: 'app',
    stream: 'stderr',
    level: 'info',
    timeMs: start + offsetMs,
    message,
    ...change,
  } as LogRecord;
}

function request(offsetMs: number, resource: string, status = 200): LogRecord {
  return {
    ...base,
    kind: 'request',
    timeMs: start + offsetMs,
    requestId: `id${offsetMs}`,
    level: status < 400 ? 'info' : 'warning',
    method: 'GET',
    resource,
    httpVersion: '1.1',
    status,
    responseSize: 12,
    latencyMs: 3,
    pendingMs: 0,
    ip: '192.0.2.1',
    host: 'demo.localhost:8080',
  };
}

interface Entry {
  readonly textPayload?: string;
  readonly protoPayload?: { readonly resource: string };
  readonly timestamp: string;
  readonly insertId: string;
}

async function logged(...records: readonly LogRecord[]) {
  const admin = await startAdmin();
  for (const record of records) admin.logs.append(record);
  const list = async (filter: string, change: object = {}) => {
    const body = { resourceNames: ['projects/demo'], filter, ...change };
    const { json } = await admin.call('POST', '/v2/entries:list', { body });
    const entries = (json.entries ?? []) as unknown as readonly Entry[];
    return {
      entries,
      texts: entries.map((entry) => entry.textPayload ?? entry.protoPayload?.resource),
      next: json.nextPageToken,
    };
  };
  return { ...admin, list };
}

describe('log entries', () => {
  it('are what `gcloud app logs read` asks for', async () => {
    const { list } = await logged(
      line(0, 'one'),
      line(1000, 'two', { level: 'error', stream: 'stdout' } as Partial<LogRecord>),
      line(2000, 'elsewhere', { module: 'worker' }),
      request(3000, '/page', 404),
      line(4000, 'other app', { application: 'other' }),
    );
    const names = ['appengine.googleapis.com%2Fstderr', 'stderr', 'stdout', 'appengine.googleapis.com%2Frequest_log'];
    const logNames = `logName=(${names.map((name) => `"projects/demo/logs/${name}"`).join(' OR ')})`;
    const all = `resource.type="gae_app" AND ${logNames}`;
    const newest = { orderBy: 'timestamp desc', pageSize: 1000 };
    expect((await list(all, newest)).texts).toEqual(['/page', 'elsewhere', 'two', 'one']);
    expect((await list(`${all} AND resource.labels.module_id="default" AND severity>=WARNING`)).texts).toEqual([
      'two',
      '/page',
    ]);
    expect((await list('logName="projects/demo/logs/stdout"')).texts).toEqual(['two']);
    const [entry] = (await list('protoPayload.status=404')).entries;
    expect(entry).toMatchObject({
      logName: 'projects/demo/logs/appengine.googleapis.com%2Frequest_log',
      resource: { type: 'gae_app', labels: { module_id: 'default', version_id: 'v1', project_id: 'demo' } },
      severity: 'WARNING',
      timestamp: '2026-11-21T12:00:03.000000Z',
      protoPayload: {
        '@type': 'type.googleapis.com/google.appengine.logging.v1.RequestLog',
        method: 'GET',
        resource: '/page',
        httpVersion: 'HTTP/1.1',
        status: 404,
        latency: '0.003s',
        responseSize: '12',
      },
    });
  });

  it('keep the order of lines of one millisecond, and their ids whatever the filter leaves out', async () => {
    const { list } = await logged(
      ...['a', 'b', 'c', 'd'].map((text, index) => line(5, text, { level: index === 2 ? 'error' : 'info' })),
    );
    const { entries, texts } = await list('');
    expect(texts).toEqual(['a', 'b', 'c', 'd']);
    expect(entries.map(({ timestamp }) => timestamp.slice(-8))).toEqual(
      ['.005000Z', '.005001Z', '.005002Z', '.005003Z'].map((text) => text.slice(-8)),
    );
    expect((await list('severity>=ERROR')).entries).toEqual([entries[2]]);
    // How `gcloud app logs tail` goes on behind the last entry that it saw.
    const position = `((timestamp="${entries[1]?.timestamp}" AND insertId>"${entries[1]?.insertId}") OR timestamp>"${entries[1]?.timestamp}")`;
    expect((await list(`${position} AND timestamp<"2026-11-21T13:00:00+00:00"`)).texts).toEqual(['c', 'd']);
  });

  it('come in pages, from either end, also when few of many pass', async () => {
    const records = Array.from({ length: 3000 }, (_, index) =>
      line(index, `line ${index}`, { level: index % 1000 === 0 ? 'error' : 'info' }),
    );
    const { list } = await logged(...records);
    const first = await list('', { pageSize: 2 });
    expect(first.texts).toEqual(['line 0', 'line 1']);
    expect((await list('', { pageSize: 2, pageToken: first.next })).texts).toEqual(['line 2', 'line 3']);
    expect((await list('', { pageSize: 2, orderBy: 'timestamp desc' })).texts).toEqual(['line 2999', 'line 2998']);
    const severe = await list('severity=ERROR', { pageSize: 2, orderBy: 'timestamp desc' });
    expect(severe.texts).toEqual(['line 2000', 'line 1000']);
    expect(
      (await list('severity=ERROR', { pageSize: 2, orderBy: 'timestamp desc', pageToken: severe.next })).texts,
    ).toEqual(['line 0']);
  });

  it('are refused for filters that can not be understood, and applications that are not there', async () => {
    const { call } = await logged();
    const list = (body: object) => call('POST', '/v2/entries:list', { body });
    expect((await list({ resourceNames: ['projects/demo'], filter: 'a=~"b.*"' })).json).toMatchObject({
      error: { code: 400, message: expect.stringContaining('=~') },
    });
    expect((await list({ resourceNames: ['projects/demo'], filter: '(a=b' })).status).toBe(400);
    expect((await list({ filter: '' })).status).toBe(400);
    expect((await list({ resourceNames: ['projects/nobody'] })).status).toBe(404);
  });
});

const location = 'projects/demo/locations/local';

describe('cron jobs', () => {
  const job = {
    schedule: 'every 5 minutes',
    timeZone: 'UTC',
    description: 'often',
    legacyAppEngineCron: true,
    appEngineHttpTarget: { httpMethod: 'GET', relativeUri: '/tasks/a', appEngineRouting: { service: 'work' } },
    retryConfig: {
      retryCount: 3,
      minBackoffDuration: '10.0s',
      maxBackoffDuration: '3600s',
      maxDoublings: 16,
      maxRetryDuration: '0s',
    },
  };

  it('are added and removed one by one, and come back as they were sent', async () => {
    const { call, desired } = await startAdmin();
    const jobs = `/v1beta1/${location}/jobs`;
    expect((await call('GET', '/v1beta1/projects/demo/locations')).json).toMatchObject({
      locations: [{ locationId: 'local' }],
    });
    const created = await call('POST', jobs, { body: job });
    expect(created.json).toMatchObject({ schedule: job.schedule, appEngineHttpTarget: job.appEngineHttpTarget });
    await call('POST', jobs, {
      body: {
        ...job,
        description: undefined,
        retryConfig: undefined,
        appEngineHttpTarget: { relativeUri: '/b', appEngineRouting: {} },
      },
    });
    const { json } = await call('GET', `${jobs}?legacyAppEngineCron=True&pageSize=100`);
    expect(json.jobs).toMatchObject([
      {
        retryConfig: {
          retryCount: 3,
          minBackoffDuration: '10s',
          maxBackoffDuration: '3600s',
          maxDoublings: 16,
          maxRetryDuration: '0s',
        },
      },
      { appEngineHttpTarget: { relativeUri: '/b' } },
    ]);
    expect(json.jobs?.[1]).not.toHaveProperty('retryConfig');
    expect(json.jobs?.[1]).not.toHaveProperty('description');
    expect(desired.application('demo')?.live.settings.cron).toMatchObject([
      {
        url: '/tasks/a',
        schedule: 'every 5 minutes',
        target: 'work',
        retry: { jobRetryLimit: 3, minBackoffSeconds: 10 },
      },
      { url: '/b', timezone: 'UTC' },
    ]);
    expect((await call('DELETE', `/v1beta1/${String(created.json.name)}?legacyAppEngineCron=True`)).json).toEqual({});
    expect((await call('DELETE', `/v1beta1/${String(created.json.name)}`)).status).toBe(404);
    expect(desired.application('demo')?.live.settings.cron).toMatchObject([{ url: '/b' }]);
  });

  it('sent at the same time are all kept', async () => {
    const { call, desired } = await startAdmin();
    const send = (path: string) =>
      call('POST', `/v1/${location}/jobs`, { body: { ...job, appEngineHttpTarget: { relativeUri: path } } });
    const answers = await Promise.all(['/a', '/b', '/c', '/d'].map(send));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(desired.application('demo')?.live.settings.cron).toHaveLength(4);
  });

  it('are checked as cron.yaml is', async () => {
    const { call, desired } = await startAdmin();
    const refused = await call('POST', `/v1/${location}/jobs`, { body: { ...job, schedule: 'every now and then' } });
    expect(refused.json).toMatchObject({
      error: {
        code: 400,
        status: 'INVALID_ARGUMENT',
        details: [{ fieldViolations: [{ field: 'cron[0].schedule' }] }, {}],
      },
    });
    expect((await call('POST', '/v1/projects/nobody/locations/local/jobs', { body: job })).status).toBe(404);
    expect(desired.application('demo')?.live.settings.cron).toEqual([]);
  });
});

describe('queues', () => {
  it('change by masks, keep what is not named, and stay paused', async () => {
    const { call, desired } = await startAdmin();
    const queues = `/v2beta3/${location}/queues`;
    const patch = (name: string, mask: string, body: object) =>
      call('PATCH', `${queues}/${name}?updateMask=${mask}`, { body });
    const settings = () => desired.application('demo')?.live.settings.queues.queues;
    expect((await call('GET', queues)).json.queues).toMatchObject([
      { name: `${location}/queues/default`, state: 'RUNNING', type: 'PUSH' },
    ]);
    const fields =
      'rateLimits.maxDispatchesPerSecond,rateLimits.maxBurstSize,retryConfig.maxAttempts,retryConfig.maxRetryDuration,appEngineRoutingOverride,taskTtl,tombstoneTtl';
    const made = await patch('fast', fields, {
      rateLimits: { maxDispatchesPerSecond: 20.0, maxBurstSize: 40 },
      retryConfig: { maxAttempts: 8, maxRetryDuration: '172800s' },
      appEngineHttpQueue: { appEngineRoutingOverride: { service: 'work', version: 'v1' } },
    });
    expect(made.json).toMatchObject({
      rateLimits: { maxDispatchesPerSecond: 20, maxBurstSize: 40, maxConcurrentDispatches: 1000 },
      retryConfig: { maxAttempts: 8, maxRetryDuration: '172800s', minBackoff: '0.1s', maxDoublings: 16 },
      appEngineHttpQueue: { appEngineRoutingOverride: { host: 'v1.work.demo.localhost' } },
    });
    expect(settings()).toMatchObject([
      {
        name: 'fast',
        mode: 'push',
        ratePerSecond: 20,
        bucketSize: 40,
        target: 'v1.work',
        retry: { taskRetryLimit: 7, taskAgeLimitSeconds: 172_800 },
      },
    ]);
    expect((await call('POST', `${queues}/fast:pause`, { body: {} })).json).toMatchObject({ state: 'PAUSED' });
    await patch('fast', 'rateLimits.maxDispatchesPerSecond', { rateLimits: { maxDispatchesPerSecond: 5 } });
    expect((await call('GET', `${queues}/fast`)).json).toMatchObject({
      state: 'PAUSED',
      rateLimits: { maxDispatchesPerSecond: 5, maxBurstSize: 40 },
    });
    expect((await call('POST', `${queues}/fast:resume`, { body: {} })).json).toMatchObject({ state: 'RUNNING' });
    await patch('pulled', 'retryConfig.maxAttempts,type', { type: 'PULL', retryConfig: { maxAttempts: -1 } });
    expect(settings()?.[1]).toEqual({ name: 'pulled', mode: 'pull' });
    expect((await call('DELETE', `${queues}/pulled`)).json).toEqual({});
    expect(settings()).toHaveLength(1);
    expect(
      (await patch('fast', 'rateLimits.maxDispatchesPerSecond', { rateLimits: { maxDispatchesPerSecond: 9000 } }))
        .status,
    ).toBe(400);
    expect((await patch('bad name', 'rateLimits.maxBurstSize', {}).catch(() => ({ status: 400 }))).status).toBe(400);
    expect((await call('POST', `${queues}/none:pause`, { body: {} })).status).toBe(404);
  });
});

describe('indexes', () => {
  it('are added once, listed and deleted', async () => {
    const { call, desired } = await startAdmin();
    const index = {
      projectId: 'demo',
      kind: 'Cat',
      ancestor: 'ALL_ANCESTORS',
      properties: [
        { name: 'name', direction: 'ASCENDING' },
        { name: 'age', direction: 2 },
      ],
      state: 'CREATING',
    };
    const created = await call('POST', '/v1/projects/demo/indexes', { body: index });
    expect(created.json).toMatchObject({
      done: true,
      metadata: { common: { operationType: 'CREATE_INDEX', state: 'SUCCESSFUL' } },
    });
    await call('POST', '/v1/projects/demo/indexes', { body: index });
    const { indexes } = (await call('GET', '/v1/projects/demo/indexes')).json;
    expect(indexes).toMatchObject([
      {
        kind: 'Cat',
        ancestor: 'ALL_ANCESTORS',
        state: 'READY',
        properties: [{ direction: 'ASCENDING' }, { direction: 'DESCENDING' }],
      },
    ]);
    expect(desired.application('demo')?.live.settings.indexes).toEqual([
      {
        kind: 'Cat',
        ancestor: true,
        properties: [
          { name: 'name', direction: 'asc' },
          { name: 'age', direction: 'desc' },
        ],
      },
    ]);
    const id = String(indexes?.[0]?.indexId);
    expect((await call('DELETE', `/v1/projects/demo/indexes/${id}`)).json).toMatchObject({ done: true });
    expect((await call('GET', `/v1/projects/demo/indexes/${id}`)).status).toBe(404);
    expect((await call('POST', '/v1/projects/demo/indexes', { body: { kind: 5 } })).status).toBe(400);
  });
});

it('says that the APIs it answers are enabled', async () => {
  const { call } = await startAdmin();
  const service = '/v1/projects/demo/services/cloudtasks.googleapis.com';
  expect((await call('GET', service)).json).toMatchObject({ state: 'ENABLED' });
  expect((await call('POST', `${service}:enable`, { body: {} })).json).toMatchObject({ done: true });
});
