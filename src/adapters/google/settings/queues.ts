/** Task queues: Cloud Tasks'. Only what differs is sent; queues that are gone from the file keep their tasks, and pause. */
import { failure } from '../../../errors.ts';
import type { Queue, QueueRetry } from '../../../model/settings.ts';
import { durationOfSeconds } from '../../../protocol/admin/duration.ts';
import { canonicalJson } from '../../../support/canonical-json.ts';
import { runTogether } from '../../../support/run-together.ts';
import { locationPath } from './location.ts';
import type { SettingsAccess, SettingsCall } from './settings-access.ts';

export interface QueueResource {
  readonly name: string;
  readonly type?: string;
  readonly state?: string;
  readonly rateLimits?: {
    readonly maxDispatchesPerSecond?: number;
    readonly maxBurstSize?: number;
    readonly maxConcurrentDispatches?: number;
  };
  readonly retryConfig?: {
    readonly maxAttempts?: number;
    readonly maxRetryDuration?: string;
    readonly minBackoff?: string;
    readonly maxBackoff?: string;
    readonly maxDoublings?: number;
  };
  readonly appEngineHttpQueue?: {
    readonly appEngineRoutingOverride?: { readonly service?: string; readonly version?: string };
  };
  /** Counts are texts of 64 bits. */
  readonly stats?: {
    readonly tasksCount?: string;
    readonly oldestEstimatedArrivalTime?: string;
    readonly executedLastMinuteCount?: string;
    readonly concurrentDispatchesCount?: string;
    readonly effectiveExecutionRate?: number;
  };
}

export const queuesAccess: SettingsAccess<'queues'> = {
  read: async (call) => {
    const live = await liveQueues(call);
    return { queues: live.filter(({ state }) => state !== 'DISABLED').map(queueOf) };
  },
  write: async (call, { queues, resumePausedQueues = true, totalStorageLimitBytes }) => {
    if (totalStorageLimitBytes !== undefined) {
      call.emit?.({
        type: 'warning',
        message: 'total_storage_limit has no meaning at Google: Cloud Tasks has no such limit.',
      });
    }
    const live = new Map((await liveQueues(call)).map((queue) => [shortName(queue), queue]));
    await runTogether(queues, 4, async (queue) => {
      const before = live.get(queue.name);
      if (!before || canonicalJson(queueOf(before)) !== canonicalJson(normal(queue))) await patch(call, queue);
      const isPaused = before?.state === 'PAUSED';
      if (queue.ratePerSecond === 0) await queueAction(call, queue.name, 'pause');
      else if (isPaused && resumePausedQueues) await queueAction(call, queue.name, 'resume');
    });
    const named = new Set(queues.map(({ name }) => name));
    const gone = [...live].filter(([name, { state }]) => name !== 'default' && !named.has(name) && state === 'RUNNING');
    await runTogether(gone, 4, ([name]) => queueAction(call, name, 'pause'));
  },
};

/** Google counts what queues hold only when it is asked to. */
const withCounts = { readMask: 'name,type,state,rateLimits,retryConfig,appEngineHttpQueue,stats' };

export async function liveQueues(
  call: SettingsCall,
  { withStats = false }: { readonly withStats?: boolean } = {},
): Promise<readonly QueueResource[]> {
  const { context, signal } = call;
  const path = `${await locationPath(call, 'tasks')}/queues`;
  const request = { api: 'tasks', method: 'GET', path, ...(withStats ? { query: withCounts } : {}), signal } as const;
  return (await context.client.list<QueueResource>(request, 'queues')) ?? [];
}

/** @throws AppcfgError `queue.not-found` comes from whoever looked before */
export async function queueAction(
  call: SettingsCall,
  name: string,
  action: 'pause' | 'resume' | 'purge',
): Promise<void> {
  const { context, signal } = call;
  const path = `${await queuePath(call, name)}:${action}`;
  await context.client.json({ api: 'tasks', method: 'POST', path, json: {}, signal, isRepeatable: true });
}

export async function queuePath(call: SettingsCall, name: string): Promise<string> {
  return `${await locationPath(call, 'tasks')}/queues/${encodeURIComponent(name)}`;
}

export function shortName({ name }: QueueResource): string {
  return name.split('/').at(-1) ?? name;
}

const pushMask = ['rateLimits', 'retryConfig', 'appEngineHttpQueue.appEngineRoutingOverride'];

async function patch(call: SettingsCall, queue: Queue): Promise<void> {
  const { context, signal } = call;
  if ((queue.ratePerSecond ?? 0) > 500) {
    const advice = 'Lower it: Cloud Tasks takes at most 500 tasks a second in a queue.';
    throw failure('google.unsupported', {
      what: `queue ${queue.name} with a rate of ${queue.ratePerSecond} a second`,
      advice,
    });
  }
  const path = await queuePath(call, queue.name);
  const isPull = queue.mode === 'pull';
  const query = { updateMask: (isPull ? ['type', 'retryConfig.maxAttempts'] : pushMask).join(',') };
  await context.client.json({ api: 'tasks', method: 'PATCH', path, query, json: queueBody(queue), signal });
}

/** queue.yaml's documented defaults: what says nothing sets them back to these. */
const defaults = { rate: 5, burst: 5, concurrent: 1000, minBackoff: 0.1, maxBackoff: 3600, maxDoublings: 16 } as const;

function queueBody({ mode, ratePerSecond, bucketSize, maxConcurrentRequests, target, retry = {} }: Queue) {
  // The file counts repetitions, the API attempts; -1 is without end.
  const maxAttempts = retry.taskRetryLimit === undefined ? -1 : retry.taskRetryLimit + 1;
  if (mode === 'pull') return { type: 'PULL', retryConfig: { maxAttempts } };
  const [service, version] = (target ?? '').split('.').reverse();
  return {
    rateLimits: {
      // A rate of 0 is a paused queue.
      maxDispatchesPerSecond: ratePerSecond || defaults.rate,
      maxBurstSize: bucketSize ?? defaults.burst,
      maxConcurrentDispatches: maxConcurrentRequests ?? defaults.concurrent,
    },
    retryConfig: {
      maxAttempts,
      maxRetryDuration: durationOfSeconds(retry.taskAgeLimitSeconds ?? 0),
      minBackoff: durationOfSeconds(retry.minBackoffSeconds ?? defaults.minBackoff),
      maxBackoff: durationOfSeconds(retry.maxBackoffSeconds ?? defaults.maxBackoff),
      maxDoublings: retry.maxDoublings ?? defaults.maxDoublings,
    },
    appEngineHttpQueue: { appEngineRoutingOverride: service ? { service, ...(version ? { version } : {}) } : {} },
  };
}

export function queueOf(queue: QueueResource): Queue {
  const { rateLimits: rate, retryConfig: retry = {}, appEngineHttpQueue: http } = queue;
  const name = shortName(queue);
  const limit = retry.maxAttempts === undefined || retry.maxAttempts < 0 ? undefined : retry.maxAttempts - 1;
  if (queue.type === 'PULL') {
    return normal({ name, mode: 'pull', ...(limit === undefined ? {} : { retry: { taskRetryLimit: limit } }) });
  }
  const { service, version } = http?.appEngineRoutingOverride ?? {};
  const target = [version, service].filter(Boolean).join('.');
  return normal({
    name,
    mode: 'push',
    ...(rate?.maxDispatchesPerSecond === undefined ? {} : { ratePerSecond: rate.maxDispatchesPerSecond }),
    ...(rate?.maxBurstSize === undefined ? {} : { bucketSize: rate.maxBurstSize }),
    ...(rate?.maxConcurrentDispatches === undefined ? {} : { maxConcurrentRequests: rate.maxConcurrentDispatches }),
    ...(target === '' ? {} : { target }),
    retry: retryOf(retry, limit),
  });
}

function retryOf(retry: NonNullable<QueueResource['retryConfig']>, taskRetryLimit: number | undefined): QueueRetry {
  const seconds = (text: string | undefined) => (text === undefined ? undefined : Number.parseFloat(text));
  return defined({
    taskRetryLimit,
    taskAgeLimitSeconds: seconds(retry.maxRetryDuration) || undefined,
    minBackoffSeconds: seconds(retry.minBackoff),
    maxBackoffSeconds: seconds(retry.maxBackoff),
    maxDoublings: retry.maxDoublings,
  });
}

/** Without what is the default anyway, so that two that mean the same are equal. */
function normal({ acl: _acl, retry = {}, ...queue }: Queue): Queue {
  const without = <T extends number | undefined>(value: T, usual: number) => (value === usual ? undefined : value);
  const kept = defined({
    ...retry,
    minBackoffSeconds: without(retry.minBackoffSeconds, defaults.minBackoff),
    maxBackoffSeconds: without(retry.maxBackoffSeconds, defaults.maxBackoff),
    maxDoublings: without(retry.maxDoublings, defaults.maxDoublings),
  });
  return {
    ...defined({
      ...queue,
      bucketSize: without(queue.bucketSize, defaults.burst),
      maxConcurrentRequests: without(queue.maxConcurrentRequests, defaults.concurrent),
    }),
    name: queue.name,
    mode: queue.mode,
    ...(Object.keys(kept).length === 0 ? {} : { retry: kept }),
  };
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>;
}
