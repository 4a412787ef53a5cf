/** queue.yaml: task queues and how fast they run. */
import type { Queue, QueueRetry, QueueSettings } from '../../model/settings.ts';
import { applicationId } from '../app/name-shapes.ts';
import { boolean, choice, integer, list, matching, object, parsedText, text } from '../shape/build.ts';
import type { Parsed, Place, ValueOf } from '../shape/shape.ts';
import { quoteForMessage } from '../yaml/tree.ts';
import { decimalText } from './decimal-text.ts';
import { ageLimitShape, backoffData, backoffKeys, backoffOf, checkBackoff } from './retry.ts';

const fastestRate = 500;
const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const rateForm = '0, or a number with /s, /m, /h or /d';

function parseRate(value: string): Parsed<number> {
  if (value === '0') return { value: 0 };
  const match = /^(\d+(?:\.\d*)?)\/([smhd])$/.exec(value);
  if (match === null) return { problem: `must be ${rateForm}`, hint: 'For example: rate: 5/s' };
  const perSecond = Number(match[1]) / (secondsOf[match[2] ?? 's'] ?? 1);
  if (perSecond <= fastestRate) return { value: perSecond };
  return {
    problem: `is more than ${fastestRate} tasks a second`,
    hint: `Write ${fastestRate}/s or less.`,
    code: 'out-of-range',
  };
}

const rate = parsedText('a rate', parseRate, {
  form: rateForm,
  pattern: '^(0|\\d+(\\.\\d*)?/[smhd])$',
  example: '5/s',
});

const unitSizes: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };
const sizeForm = 'a number with B, K, M, G or T (powers of 1024)';

function parseSize(value: string): Parsed<number> {
  const match = /^(\d+(?:\.\d*)?)([BKMGT]?)$/.exec(value);
  const bytes = Math.floor(Number(match?.[1]) * (unitSizes[match?.[2] || 'B'] ?? 1));
  return match === null || !Number.isSafeInteger(bytes) ? { problem: `must be ${sizeForm}` } : { value: bytes };
}

const size = parsedText('a storage limit', parseSize, {
  form: sizeForm,
  pattern: '^\\d+(\\.\\d*)?[BKMGT]?$',
  example: '120M',
});

const target = matching(
  'a queue target',
  /(?:(?!-)[a-z\d-]{1,100}\.)?(?!-)[a-z\d-]{1,63}/,
  'a module, or version.module with a dot',
  { example: 'uno.my-module', strictness: 'name' },
);

const retryKeys = {
  task_retry_limit: { shape: integer({ minimum: 0 }), docs: 'Repetitions after a failure.', default: 'no limit' },
  task_age_limit: { shape: ageLimitShape, docs: 'Time after which a failed task is given up.', default: 'no limit' },
  ...backoffKeys,
} as const;

const retryParameters = object('retry_parameters', retryKeys, { check: checkBackoff });

const member = object('an acl entry', {
  user_email: { shape: text(), docs: 'May list, lease and delete tasks.' },
  writer_email: { shape: text(), docs: 'May add tasks.' },
});

const queueKeys = {
  name: {
    shape: matching('a queue name', /[A-Za-z\d-]{1,499}/, '1 to 499 letters, digits and hyphens', {
      example: 'default',
      strictness: 'name',
    }),
    isRequired: true,
    example: 'default',
    docs: 'Name of the queue; `default` is the one that always exists.',
  },
  mode: {
    shape: choice(['push', 'pull']),
    docs: 'Push queues call your handlers; pull queues wait to be leased from.',
    default: 'push',
  },
  rate: { shape: rate, docs: 'Tasks that run in a time; `0` pauses. Push queues must have it.', example: '5/s' },
  bucket_size: { shape: integer({ minimum: 0, maximum: 500 }), docs: 'Tasks that may run in one burst.', default: '5' },
  max_concurrent_requests: { shape: integer(), docs: 'Tasks that run at a time, 1 to 5000.', default: '1000' },
  target: { shape: target, docs: '`module` or `version.module`.', default: 'the module that adds the task' },
  retry_parameters: { shape: retryParameters, docs: 'What happens after a failure.' },
  acl: { shape: list(member), docs: 'Who may use a pull queue from outside.' },
} as const;

const pushOnly = ['rate', 'bucket_size', 'max_concurrent_requests', 'target'] as const;
const pushOnlyRetry = ['task_age_limit', 'min_backoff_seconds', 'max_backoff_seconds', 'max_doublings'] as const;

const queue = object('a queue', queueKeys, {
  check: (values, place) => {
    if (values.mode === 'pull') checkPull(values, place);
    else checkPush(values, place);
  },
});

type QueueValues = {
  readonly mode?: 'push' | 'pull';
  readonly max_concurrent_requests?: number;
  readonly retry_parameters?: ValueOf<typeof retryParameters>;
};

function checkPull(values: QueueValues, { path, findings }: Place): void {
  const present = (names: readonly string[], object: object | undefined) =>
    names.filter((name) => object !== undefined && Object.hasOwn(object, name));
  const places = [
    ...present(pushOnly, values).map((name) => [...path, name]),
    ...present(pushOnlyRetry, values.retry_parameters).map((name) => [...path, 'retry_parameters', name]),
  ];
  for (const here of places) {
    const message = `${quoteForMessage(String(here.at(-1)))} is for push queues; this one has mode: pull.`;
    findings.error('conflicting-keys', { path: here, message, on: 'key', hint: 'Delete it.' });
  }
}

const mostConcurrent = 5000;

function checkPush(values: QueueValues, { path, findings }: Place): void {
  const isModeUnclear = values.mode === undefined && findings.has([...path, 'mode']);
  if (!isModeUnclear && !findings.has([...path, 'rate'])) {
    const message = '"rate" is missing; a push queue must have it.';
    findings.error('missing-key', { path: [...path, 'rate'], message, hint: 'For example: rate: 5/s' });
  }
  const concurrent = values.max_concurrent_requests;
  if (concurrent === undefined || (concurrent >= 1 && concurrent <= mostConcurrent)) return;
  const message = `${concurrent} is not between 1 and ${mostConcurrent}; ${clampConcurrent(concurrent)} is used.`;
  const hint = `Write max_concurrent_requests: ${clampConcurrent(concurrent)}`;
  findings.warning('out-of-range', { path: [...path, 'max_concurrent_requests'], message, hint });
}

function clampConcurrent(value: number): number {
  return Math.min(Math.max(value, 1), mostConcurrent);
}

export const queueShape = object('queue.yaml', {
  application: { shape: applicationId, docs: 'The application the queues are for; `-A` overrides it.' },
  total_storage_limit: { shape: size, docs: 'Storage for all tasks together.', example: '120M' },
  resume_paused_queues: {
    shape: boolean(),
    docs: 'Whether uploading the file resumes queues that were paused by hand.',
    default: 'true',
  },
  queue: {
    shape: list(queue, { unique: { severity: 'warning', key: 'name', noun: 'Queue' } }),
    docs: 'The queues. Those that are not in the file are paused.',
  },
});

export function queuesOf(values: ValueOf<typeof queueShape>): QueueSettings {
  const { total_storage_limit: limit, resume_paused_queues: resume } = values;
  // Of two queues with one name the later one holds.
  const queues = new Map<string, Queue>();
  for (const entry of values.queue ?? []) {
    if (entry.name === undefined) continue;
    queues.delete(entry.name);
    queues.set(entry.name, queueOf(entry.name, entry));
  }
  return {
    queues: [...queues.values()],
    ...(limit === undefined ? {} : { totalStorageLimitBytes: limit }),
    ...(resume === undefined ? {} : { resumePausedQueues: resume }),
  };
}

function queueOf(name: string, values: ValueOf<typeof queue>): Queue {
  const { rate: ratePerSecond, bucket_size: bucketSize, target: to, retry_parameters: retry, acl } = values;
  const concurrent = values.max_concurrent_requests;
  return {
    name,
    mode: values.mode ?? 'push',
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    ...(bucketSize === undefined ? {} : { bucketSize }),
    ...(concurrent === undefined ? {} : { maxConcurrentRequests: clampConcurrent(concurrent) }),
    ...(to === undefined ? {} : { target: to }),
    ...(retry === undefined ? {} : { retry: retryOf(retry) }),
    ...(acl === undefined ? {} : { acl: acl.map(memberOf) }),
  };
}

function memberOf(values: ValueOf<typeof member>) {
  const { user_email: userEmail, writer_email: writerEmail } = values;
  return { ...(userEmail === undefined ? {} : { userEmail }), ...(writerEmail === undefined ? {} : { writerEmail }) };
}

function retryOf(values: ValueOf<typeof retryParameters>): QueueRetry {
  const { task_retry_limit: limit, task_age_limit: age } = values;
  return {
    ...(limit === undefined ? {} : { taskRetryLimit: limit }),
    ...(age === undefined ? {} : { taskAgeLimitSeconds: age }),
    ...backoffOf(values),
  };
}

export function queueData(settings: QueueSettings): object {
  const { totalStorageLimitBytes: limit, resumePausedQueues: resume } = settings;
  return {
    ...(limit === undefined ? {} : { total_storage_limit: `${limit}B` }),
    ...(resume === undefined ? {} : { resume_paused_queues: resume }),
    queue: settings.queues.map(oneQueueData),
  };
}

function oneQueueData(entry: Queue): object {
  const { ratePerSecond, bucketSize, maxConcurrentRequests: concurrent, target: to, retry, acl } = entry;
  return {
    name: entry.name,
    ...(entry.mode === 'push' ? {} : { mode: entry.mode }),
    ...(ratePerSecond === undefined ? {} : { rate: rateText(ratePerSecond) }),
    ...(bucketSize === undefined ? {} : { bucket_size: bucketSize }),
    ...(concurrent === undefined ? {} : { max_concurrent_requests: concurrent }),
    ...(to === undefined ? {} : { target: to }),
    ...(retry === undefined ? {} : { retry_parameters: retryData(retry) }),
    ...(acl === undefined ? {} : { acl: acl.map(memberData) }),
  };
}

/** In the largest unit that gives a whole number, else in seconds. */
function rateText(perSecond: number): string {
  if (perSecond === 0) return '0';
  for (const [unit, seconds] of Object.entries(secondsOf)) {
    const amount = Math.round(perSecond * seconds);
    if (amount > 0 && amount / seconds === perSecond) return `${amount}/${unit}`;
  }
  return `${decimalText(perSecond)}/s`;
}

function memberData(entry: { readonly userEmail?: string; readonly writerEmail?: string }): object {
  return {
    ...(entry.userEmail === undefined ? {} : { user_email: entry.userEmail }),
    ...(entry.writerEmail === undefined ? {} : { writer_email: entry.writerEmail }),
  };
}

function retryData(retry: QueueRetry): object {
  const { taskRetryLimit: limit, taskAgeLimitSeconds: age } = retry;
  return {
    ...(limit === undefined ? {} : { task_retry_limit: limit }),
    ...(age === undefined ? {} : { task_age_limit: `${decimalText(age)}s` }),
    ...backoffData(retry),
  };
}
