/** A queue as Cloud Tasks shows and takes it. */

import { z } from 'zod';
import { applicationHost } from '../../../model/host.ts';
import type { Queue, QueueRetry } from '../../../model/settings.ts';
import type { QueueSummary } from '../../../model/task-queue.ts';
import { durationOfSeconds } from '../../../protocol/admin/duration.ts';
import { enumValue, queueTypes } from '../../../protocol/admin/enums.ts';
import { applicationOf } from '../admin/request-facts.ts';
import type { RouteRequest } from '../route-table.ts';

export interface KnownQueue {
  readonly name: string;
  readonly settings: Queue;
  readonly state: QueueSummary['state'];
}

const duration = z.string().regex(/^\d{1,12}(\.\d{1,9})?s$/);
const routing = z.looseObject({ service: z.string().max(64).optional(), version: z.string().max(100).optional() });

export const queueShape = z.looseObject({
  name: z.string().max(1024).optional(),
  type: z.union([z.string(), z.number()]).optional(),
  rateLimits: z
    .looseObject({
      maxDispatchesPerSecond: z.coerce.number().min(0).optional(),
      maxBurstSize: z.coerce.number().int().min(0).optional(),
      maxConcurrentDispatches: z.coerce.number().int().min(0).optional(),
    })
    .optional(),
  retryConfig: z
    .looseObject({
      maxAttempts: z.coerce.number().int().min(-1).optional(),
      maxRetryDuration: duration.optional(),
      minBackoff: duration.optional(),
      maxBackoff: duration.optional(),
      maxDoublings: z.coerce.number().int().min(0).optional(),
    })
    .optional(),
  appEngineHttpQueue: z.looseObject({ appEngineRoutingOverride: routing.optional() }).optional(),
  appEngineRoutingOverride: routing.optional(),
});
type QueueShape = z.infer<typeof queueShape>;

/** What queues have that say nothing (queue.yaml's defaults). */
const defaults = { rate: 5, burst: 5, concurrent: 1000, minBackoff: 0.1, maxBackoff: 3600, maxDoublings: 16 } as const;

export function shownQueue(request: RouteRequest, { name, settings, state }: KnownQueue) {
  const { mode, target, retry = {} } = settings;
  const [service, version] = (target ?? '').split('.').reverse();
  return {
    name: `projects/${applicationOf(request)}/locations/${request.parameters.location}/queues/${name}`,
    type: mode.toUpperCase(),
    state: state.toUpperCase(),
    ...(mode === 'pull' ? {} : { rateLimits: rateLimits(settings) }),
    retryConfig: retryConfig(mode, retry),
    ...(service
      ? {
          appEngineHttpQueue: {
            appEngineRoutingOverride: {
              service,
              ...(version === undefined ? {} : { version }),
              // How clients recognise that nothing changed.
              host: `${target}.${applicationHost(applicationOf(request))}.localhost`,
            },
          },
        }
      : {}),
  };
}

function rateLimits({ ratePerSecond, bucketSize, maxConcurrentRequests }: Queue) {
  return {
    maxDispatchesPerSecond: ratePerSecond ?? defaults.rate,
    maxBurstSize: bucketSize ?? defaults.burst,
    maxConcurrentDispatches: maxConcurrentRequests ?? defaults.concurrent,
  };
}

function retryConfig(mode: Queue['mode'], retry: QueueRetry) {
  // A limit counts repetitions there, and attempts here.
  const maxAttempts = retry.taskRetryLimit === undefined ? -1 : retry.taskRetryLimit + 1;
  if (mode === 'pull') return { maxAttempts };
  return {
    maxAttempts,
    maxRetryDuration: durationOfSeconds(retry.taskAgeLimitSeconds ?? 0),
    minBackoff: durationOfSeconds(retry.minBackoffSeconds ?? defaults.minBackoff),
    maxBackoff: durationOfSeconds(retry.maxBackoffSeconds ?? defaults.maxBackoff),
    maxDoublings: retry.maxDoublings ?? defaults.maxDoublings,
  };
}

/** @param mask fields that the client sets; one without a value goes back to its default */
export function changedQueue(before: Queue, mask: readonly string[], body: QueueShape): Queue {
  const isSet = (field: string) => mask.some((named) => named === field || field.startsWith(`${named}.`));
  const type = enumValue(queueTypes, body.type);
  const mode = isSet('type') && type !== undefined ? (type === 'PULL' ? 'pull' : 'push') : before.mode;
  const { rateLimits: rate, retryConfig: retry } = body;
  const routing = body.appEngineHttpQueue?.appEngineRoutingOverride ?? body.appEngineRoutingOverride;
  const isRouted = mask.some((field) => /appEngine(HttpQueue|RoutingOverride)/.test(field));
  const pick = <T>(field: string, value: T | undefined, old: T | undefined) => (isSet(field) ? value : old);
  const retried = withoutAbsent({
    taskRetryLimit: pick('retryConfig.maxAttempts', attemptsToLimit(retry?.maxAttempts), before.retry?.taskRetryLimit),
    taskAgeLimitSeconds: pick(
      'retryConfig.maxRetryDuration',
      seconds(retry?.maxRetryDuration) || undefined,
      before.retry?.taskAgeLimitSeconds,
    ),
    minBackoffSeconds: pick('retryConfig.minBackoff', seconds(retry?.minBackoff), before.retry?.minBackoffSeconds),
    maxBackoffSeconds: pick('retryConfig.maxBackoff', seconds(retry?.maxBackoff), before.retry?.maxBackoffSeconds),
    maxDoublings: pick('retryConfig.maxDoublings', retry?.maxDoublings, before.retry?.maxDoublings),
  });
  const kept = Object.keys(retried).length > 0 ? { retry: retried } : {};
  const acl = before.acl === undefined ? {} : { acl: before.acl };
  if (mode === 'pull') {
    const limit = retried.taskRetryLimit;
    return { name: before.name, mode, ...acl, ...(limit === undefined ? {} : { retry: { taskRetryLimit: limit } }) };
  }
  const target = [routing?.version, routing?.service].filter(Boolean).join('.');
  return {
    name: before.name,
    mode,
    ratePerSecond:
      pick('rateLimits.maxDispatchesPerSecond', rate?.maxDispatchesPerSecond, before.ratePerSecond) ?? defaults.rate,
    ...withoutAbsent({
      bucketSize: pick('rateLimits.maxBurstSize', rate?.maxBurstSize, before.bucketSize),
      maxConcurrentRequests: pick(
        'rateLimits.maxConcurrentDispatches',
        rate?.maxConcurrentDispatches,
        before.maxConcurrentRequests,
      ),
      target: isRouted ? target || undefined : before.target,
    }),
    ...acl,
    ...kept,
  };
}

function attemptsToLimit(attempts: number | undefined): number | undefined {
  return attempts === undefined || attempts < 1 ? undefined : attempts - 1;
}

function seconds(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : Number.parseFloat(duration);
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function withoutAbsent<T extends object>(record: T): Present<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Present<T>;
}
