/** Settings printed and read again are the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configKindNames, configKinds } from '../../../src/config/config-kinds.ts';
import { printSettings } from '../../../src/config/settings/print-settings.ts';
import { parseSettingsFile } from '../../../src/config/settings/settings-file.ts';
import type {
  CronJob,
  DispatchRule,
  DosRule,
  IndexDefinition,
  Queue,
  QueueSettings,
  Settings,
  SettingsKind,
} from '../../../src/model/settings.ts';
import { settingsKinds } from '../../../src/model/settings.ts';

function valid<K extends SettingsKind>(kind: K, text: string): Settings[K] {
  const { value, diagnostics } = parseSettingsFile(kind, text, `${kind}.yaml`);
  expect(diagnostics).toEqual([]);
  if (value === undefined) throw new Error('no value');
  return value;
}

const label = fc.stringMatching(/^[a-z][a-z\d]{0,8}(-[a-z\d]{1,4})?$/);
const awkward = fc.constantFrom(
  'yes',
  'no',
  'y',
  'On',
  'null',
  '~',
  '010',
  '1:30',
  '1e3',
  '0x1f',
  '1_000',
  '.5',
  '<<',
  '=',
  '# x',
  'a: b',
  '- a',
  '*a',
  '&a',
  '!a',
  "it's",
  '"',
  '\\',
  'é',
  ' x ',
  '2014-01-02',
  '%',
  '@',
  '`',
  '[',
  '{a}',
  ',',
  '?',
  ':',
  '|',
  '>',
);
const line = fc.oneof(
  awkward,
  fc.string({ maxLength: 30 }).filter((text) => !/[\p{Cc}\u2028\u2029]/u.test(text)),
);
const filledLine = line.filter((text) => text !== '');
const seconds = fc.oneof(fc.integer({ min: 1, max: 10_000_000 }), fc.double({ min: 1e-9, max: 1e6, noNaN: true }));
const backoff = fc
  .tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }))
  .map(([one, other]) => ({
    minBackoffSeconds: Math.abs(Math.min(one, other)),
    maxBackoffSeconds: Math.abs(Math.max(one, other)),
  }));
const count = fc.nat({ max: 100 });

const partly = <T extends object>(values: fc.Arbitrary<T>) =>
  values.chain((value) =>
    fc
      .subarray(Object.keys(value))
      .map((keys) => Object.fromEntries(keys.map((key) => [key, value[key as keyof T]])) as Partial<T>),
  );

const jobs: fc.Arbitrary<CronJob> = fc
  .tuple(
    fc.record({
      url: line.filter((text) => !text.includes('\n')).map((text) => `/${text}`),
      schedule: fc.constantFrom('every 5 minutes', 'every monday 09:00', '1 of month 10:00', '  every   5   minutes  '),
      timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
      description: line,
    }),
    partly(
      fc.record({
        target: fc.tuple(label, label).map((names) => names.join(':')),
        attemptDeadlineSeconds: fc.double({ min: 15, max: 86_400, noNaN: true }),
      }),
    ),
    fc.option(
      fc.tuple(
        partly(fc.record({ jobRetryLimit: fc.nat({ max: 5 }), jobAgeLimitSeconds: seconds, maxDoublings: count })),
        backoff,
      ),
      { nil: undefined },
    ),
  )
  .map(([job, optional, retry]) => ({
    ...job,
    ...optional,
    ...(retry === undefined ? {} : { retry: { ...retry[0], ...retry[1] } }),
  }));

const pushQueues: fc.Arbitrary<Queue> = fc
  .tuple(
    fc.record({
      name: fc.stringMatching(/^[A-Za-z][A-Za-z\d-]{0,20}$/),
      ratePerSecond: fc.oneof(
        fc.double({ min: 1e-12, max: 500, noNaN: true }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 1, max: 5000 }).map((perDay) => perDay / 86_400),
      ),
    }),
    partly(
      fc.record({
        bucketSize: fc.nat({ max: 500 }),
        maxConcurrentRequests: fc.integer({ min: 1, max: 5000 }),
        target: label,
      }),
    ),
    fc.option(
      fc.tuple(
        partly(fc.record({ taskRetryLimit: count, taskAgeLimitSeconds: seconds, maxDoublings: count })),
        backoff,
      ),
      { nil: undefined },
    ),
  )
  .map(([queue, optional, retry]) => ({
    mode: 'push',
    ...queue,
    ...optional,
    ...(retry === undefined ? {} : { retry: { ...retry[0], ...retry[1] } }),
  }));

const pullQueues: fc.Arbitrary<Queue> = fc.record({
  name: awkward.filter((text) => /^[A-Za-z\d-]+$/.test(text)).map((text) => `p${text}`),
  mode: fc.constant('pull' as const),
  retry: partly(fc.record({ taskRetryLimit: count })),
  acl: fc.array(partly(fc.record({ userEmail: filledLine, writerEmail: filledLine })), { maxLength: 3 }),
});

const queues: fc.Arbitrary<QueueSettings> = fc
  .tuple(
    fc.uniqueArray(fc.oneof(pushQueues, pullQueues), { selector: ({ name }) => name, maxLength: 6 }),
    partly(fc.record({ totalStorageLimitBytes: fc.maxSafeNat(), resumePausedQueues: fc.boolean() })),
  )
  .map(([list, optional]) => ({ queues: list, ...optional }));

const dispatch: fc.Arbitrary<readonly DispatchRule[]> = fc.uniqueArray(
  fc.record({
    url: fc
      .tuple(
        fc.oneof(fc.constant('*'), label),
        line.filter((text) => !text.includes('*')),
      )
      .map(([host, path]) => `${host}/${path}`),
    module: label,
  }),
  { selector: ({ url }) => url, maxLength: 20 },
);

const indexes: fc.Arbitrary<readonly IndexDefinition[]> = fc.uniqueArray(
  fc.oneof(
    fc.record({
      kind: filledLine,
      ancestor: fc.boolean(),
      properties: fc.array(
        fc.record({ name: filledLine, direction: fc.constantFrom('asc' as const, 'desc' as const) }),
        { maxLength: 4 },
      ),
    }),
    fc.record({
      kind: filledLine,
      ancestor: fc.boolean(),
      properties: fc.tuple(
        fc.record({ name: filledLine, mode: fc.constant('geospatial' as const) }),
        fc.record({ name: filledLine }),
      ),
    }),
  ),
  { selector: (index) => JSON.stringify(index), maxLength: 5 },
);

const dos: fc.Arbitrary<readonly DosRule[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.oneof(fc.tuple(fc.ipV4(), fc.nat({ max: 32 })), fc.tuple(fc.ipV6(), fc.nat({ max: 128 }))),
      partly(fc.record({ description: line })),
    )
    .map(([[address, bits], optional]) => ({ subnet: `${address}/${bits}`, ...optional })),
  { selector: ({ subnet }) => subnet, maxLength: 20 },
);

const anySettings: { readonly [K in SettingsKind]: fc.Arbitrary<Settings[K]> } = {
  dispatch,
  cron: fc.uniqueArray(jobs, { selector: (job) => JSON.stringify(job), maxLength: 5 }),
  queues,
  indexes,
  dos,
};

function expectSame<K extends SettingsKind>(kind: K, value: Settings[K]): void {
  const text = printSettings(kind, value);
  const reading = parseSettingsFile(kind, text, `${kind}.yaml`);
  expect(reading.diagnostics, text).toEqual([]);
  expect(reading.value, text).toEqual(value);
  expect(printSettings(kind, reading.value as Settings[K])).toBe(text);
}

describe('printSettings', () => {
  it.each(settingsKinds)('and reading again give the same %s', (kind) => {
    fc.assert(
      fc.property(anySettings[kind] as fc.Arbitrary<Settings[typeof kind]>, (value) => expectSame(kind, value)),
      { numRuns: 150 },
    );
  });

  it.each(configKindNames.filter((kind) => kind !== 'app'))(
    'prints the example of %s so that it reads the same',
    (kind) => {
      expectSame(kind, valid(kind, configKinds[kind].example));
    },
  );

  it('quotes what a reader of YAML 1.1 would take for something else', () => {
    const text = printSettings('indexes', [
      { kind: 'no', ancestor: false, properties: [{ name: '010', direction: 'asc' }] },
    ]);
    expect(text).toBe('indexes:\n- kind: "no"\n  properties:\n  - name: "010"\n    direction: asc\n');
    expect(printSettings('dispatch', [{ url: '*/x', module: 'yes' }])).toBe(
      'dispatch:\n- url: "*/x"\n  module: "yes"\n',
    );
  });

  it('writes rates in the unit that fits', () => {
    const rate = (ratePerSecond: number) =>
      printSettings('queues', { queues: [{ name: 'a', mode: 'push', ratePerSecond }] }).match(/rate: (.*)/)?.[1];
    expect([0, 5, 0.5, 1 / 3600, 1 / 86_400, 0.1234567].map(rate)).toEqual([
      '"0"',
      '5/s',
      '30/m',
      '1/h',
      '1/d',
      '0.1234567/s',
    ]);
  });
});
