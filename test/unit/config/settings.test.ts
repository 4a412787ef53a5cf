import { describe, expect, it } from 'vitest';
import { configKindNames, configKinds } from '../../../src/config/config-kinds.ts';
import { parseSettingsFile, settingsKindOfName } from '../../../src/config/settings/settings-file.ts';
import type { Settings, SettingsKind } from '../../../src/model/settings.ts';

function valid<K extends SettingsKind>(kind: K, text: string): Settings[K] {
  const { value, diagnostics } = parseSettingsFile(kind, text, `${kind}.yaml`);
  expect(diagnostics).toEqual([]);
  if (value === undefined) throw new Error('no value');
  return value;
}

describe('parseSettingsFile', () => {
  it('1.3a reads dispatch rules', () => {
    expect(
      valid(
        'dispatch',
        "application: a\ndispatch:\n- {url: '*/a/*', module: x}\n- {url: b.example.com/, service: z}\n",
      ),
    ).toEqual([
      { url: '*/a/*', module: 'x' },
      { url: 'b.example.com/', module: 'z' },
    ]);
  });

  it('1.3c refuses more than 20 dispatch rules, and hosts and paths of more than 100 characters', () => {
    const codes = (urls: readonly string[]) =>
      parseSettingsFile(
        'dispatch',
        `dispatch:\n${urls.map((url) => `- {url: '${url}', module: x}`).join('\n')}\n`,
        'dispatch.yaml',
      )
        .diagnostics.map(({ severity }) => severity)
        .filter((severity) => severity === 'error');
    const rules = (count: number) => Array.from({ length: count }, (_, index) => `*/${index}/*`);
    expect(codes(rules(20))).toEqual([]);
    expect(codes(rules(21))).toEqual(['error']);
    expect(codes([`*/${'a'.repeat(99)}`])).toEqual([]);
    expect(codes([`*/${'a'.repeat(100)}`])).toEqual(['error']);
    expect(codes([`*${'a'.repeat(100)}/x`])).toEqual(['error']);
  });

  it('6.2d reads cron jobs', () => {
    const text = configKinds.cron.example;
    expect(valid('cron', text)).toEqual([
      {
        url: '/tasks/summary',
        schedule: 'every day 09:00',
        timezone: 'America/New_York',
        description: 'daily summary',
        target: 'my-module:uno',
      },
      {
        url: '/tasks/poll',
        schedule: 'every 5 minutes from 10:00 to 14:00',
        timezone: 'UTC',
        description: '',
        retry: { jobRetryLimit: 3 },
      },
    ]);
  });

  it('reads queues', () => {
    const text = [
      'total_storage_limit: 1.5K',
      'resume_paused_queues: False',
      'queue:',
      '- {name: a, rate: 30/m, bucket_size: 40, max_concurrent_requests: 0}',
      '- name: b',
      '  mode: pull',
      '  retry_parameters: {task_retry_limit: 7, task_age_limit: 2d}',
      '  acl: [{user_email: a@example.com, writer_email: b@example.com}]',
      '- {name: c, rate: 5./d, retry_parameters: {min_backoff_seconds: 0.5, max_backoff_seconds: 20, max_doublings: 0, task_age_limit: 1.5h}}',
      '- {name: d, rate: 0}',
      '',
    ].join('\n');
    const { value } = parseSettingsFile('queues', text, 'queue.yaml');
    expect(value).toEqual({
      totalStorageLimitBytes: 1536,
      resumePausedQueues: false,
      queues: [
        { name: 'a', mode: 'push', ratePerSecond: 0.5, bucketSize: 40, maxConcurrentRequests: 1 },
        // task_age_limit was reported, because b is a pull queue.
        {
          name: 'b',
          mode: 'pull',
          retry: { taskRetryLimit: 7, taskAgeLimitSeconds: 172_800 },
          acl: [{ userEmail: 'a@example.com', writerEmail: 'b@example.com' }],
        },
        {
          name: 'c',
          mode: 'push',
          ratePerSecond: 5 / 86_400,
          retry: { minBackoffSeconds: 0.5, maxBackoffSeconds: 20, maxDoublings: 0, taskAgeLimitSeconds: 5400 },
        },
        { name: 'd', mode: 'push', ratePerSecond: 0 },
      ],
    });
  });

  it('keeps the later of two queues with one name', () => {
    const { value } = parseSettingsFile(
      'queues',
      'queue:\n- {name: a, rate: 1/s}\n- {name: b, rate: 1/s}\n- {name: a, rate: 2/s}\n',
      'queue.yaml',
    );
    expect(value?.queues.map(({ name, ratePerSecond }) => [name, ratePerSecond])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('reads indexes, filling in directions', () => {
    const text =
      'indexes:\n- kind: "no"\n  ancestor: yes\n  properties: [{name: a}, {name: b, direction: descending}]\n- kind: B\n  properties: [{name: where, mode: geospatial}, {name: c}]\n- kind: C\n';
    expect(valid('indexes', text)).toEqual([
      {
        kind: 'no',
        ancestor: true,
        properties: [
          { name: 'a', direction: 'asc' },
          { name: 'b', direction: 'desc' },
        ],
      },
      { kind: 'B', ancestor: false, properties: [{ name: 'where', mode: 'geospatial' }, { name: 'c' }] },
      { kind: 'C', ancestor: false, properties: [] },
    ]);
  });

  it('reads addresses', () => {
    expect(valid('dos', configKinds.dos.example)).toEqual([
      { subnet: '192.0.2.1', description: 'one address' },
      { subnet: '2001:db8::/32', description: 'a block of addresses' },
    ]);
  });

  it('6.3a refuses more than 100 addresses', () => {
    const entries = (count: number) =>
      `blacklist:\n${Array.from({ length: count }, (_, index) => `- subnet: 10.0.0.${index}\n`).join('')}`;
    expect(parseSettingsFile('dos', entries(100), 'dos.yaml').diagnostics).toEqual([]);
    expect(parseSettingsFile('dos', entries(101), 'dos.yaml').diagnostics).toMatchObject([
      { code: 'too-many', line: 102 },
    ]);
  });

  it('tells an empty list from an empty file', () => {
    expect(valid('cron', 'cron:\n')).toEqual([]);
    expect(valid('indexes', 'indexes: []\n')).toEqual([]);
    expect(parseSettingsFile('indexes', '# nothing\n', 'index.yaml').value).toBeUndefined();
    expect(parseSettingsFile('dispatch', '', 'dispatch.yaml').value).toEqual([]);
  });

  it('knows the files by name', () => {
    expect(['cron.yaml', 'queue.yml', 'index.yaml', 'dos.yaml', 'dispatch.yaml'].map(settingsKindOfName)).toEqual([
      'cron',
      'queues',
      'indexes',
      'dos',
      'dispatch',
    ]);
    expect(['app.yaml', 'queues.yaml', 'cron.yaml.bak', 'cron'].map(settingsKindOfName)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each(configKindNames.filter((kind) => kind !== 'app'))('takes the example of %s as it is', (kind) => {
    valid(kind, configKinds[kind].example);
  });
});
