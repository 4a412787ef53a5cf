/** One log record a request. */
import type { LogLevel, RequestLog } from '../../model/log.ts';
import { headerValue } from './request-head.ts';
import type { RoutedRequest } from './routed-request.ts';
import type { RouterCore } from './router-core.ts';

export interface RequestEnd {
  readonly status: number;
  /** Bytes of the response's body. */
  readonly responseSize: number;
  /** Why it ended otherwise than by a complete response. */
  readonly exitReason?: string;
}

/** Made once: a name that is put together is looked up slowly. */
const families = Array.from({ length: 10 }, (_, digit) => `${digit}xx`);

/** Writes the record of a request; a second call for the same request does nothing. */
export function logRequest(
  core: RouterCore,
  request: RoutedRequest,
  end: RequestEnd,
  nowMs = core.clock.monotonicMs(),
): void {
  if (request.isLogged) return;
  request.isLogged = true;
  core.counters.requestsInFlight -= 1;
  const family = families[Math.floor(end.status / 100)] ?? '0xx';
  core.counters.responses[family] = (core.counters.responses[family] ?? 0) + 1;
  const isInside = request.exchange.internal !== undefined;
  const latencyMs = nowMs - request.startedMs;
  const { deployment } = request.route.version.compiled;
  core.meter?.count(deployment, end.status, latencyMs, isInside ? 0 : end.responseSize);
  core.logs.append(recordOf(request, end, latencyMs));
}

function recordOf(request: RoutedRequest, end: RequestEnd, latencyMs: number): RequestLog {
  const { exchange, head, target, claim } = request;
  const { deployment } = request.route.version.compiled;
  const isTask = exchange.internal?.kind === 'task';
  return {
    kind: 'request',
    timeMs: request.startedAtMs,
    application: deployment.application,
    module: deployment.module,
    version: deployment.version,
    instance: claim?.instance,
    requestId: request.requestId,
    level: levelOf(end.status),
    method: exchange.method,
    resource: target.rawPath + target.query,
    httpVersion: `HTTP/${exchange.httpVersion}`,
    status: end.status,
    responseSize: end.responseSize,
    latencyMs: thousandths(latencyMs),
    pendingMs: thousandths(claim?.pendingMs ?? 0),
    ip: request.clientIp,
    host: request.host,
    referrer: head.referrer,
    userAgent: head.userAgent,
    wasLoadingRequest: claim?.isLoadingRequest === true,
    taskQueue: isTask ? headerValue(exchange.rawHeaders, 'x-appengine-queuename') : undefined,
    taskName: isTask ? headerValue(exchange.rawHeaders, 'x-appengine-taskname') : undefined,
    exitReason: end.exitReason,
  };
}

function levelOf(status: number): LogLevel {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warning' : 'info';
}

function thousandths(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
