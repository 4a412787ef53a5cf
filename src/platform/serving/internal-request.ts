/** The platform's own requests to an instance: /_ah/start, /_ah/warmup, /_ah/stop, /_ah/background, health checks. */
import { request } from 'node:http';
import type { Clock } from '../../support/clock.ts';

export interface InstanceGet {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** None: the start request of a manual instance may run for hours (S3). */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** `headers` are those beyond the ones of every such request. */
export interface InternalRequest extends InstanceGet {
  readonly path: '/_ah/start' | '/_ah/warmup' | '/_ah/stop' | '/_ah/background';
  /** Host header. */
  readonly hostName: string;
  readonly requestId: string;
}

export interface InternalAnswer {
  /** Undefined when no answer came. */
  readonly status?: number;
  readonly bytes: number;
  readonly latencyMs: number;
  /** Why no answer came. */
  readonly problem?: string;
  /** No answer came within `timeoutMs`. */
  readonly isLate?: boolean;
}

/** The source address by which SDKs recognise the platform. */
export const INTERNAL_IP = '0.1.0.3';

class LateError extends Error {}

/** Never rejects. */
export function sendInternalRequest(request: InternalRequest): Promise<InternalAnswer> {
  const headers = {
    Host: request.hostName,
    'X-Appengine-User-IP': INTERNAL_IP,
    'X-Appengine-Https': 'off',
    'X-AppEngine-Country': 'ZZ',
    'X-Appengine-Request-Log-Id': request.requestId,
    ...request.headers,
    'Content-Length': '0',
  };
  return getFromInstance({ ...request, headers });
}

/** Never rejects. */
export async function getFromInstance(options: InstanceGet): Promise<InternalAnswer> {
  const beganMs = options.clock.monotonicMs();
  const cut = new AbortController();
  const onAbort = () => cut.abort(new Error('the instance is being shut down'));
  if (options.signal.aborted) onAbort();
  options.signal.addEventListener('abort', onAbort, { once: true });
  const { timeoutMs } = options;
  const cancelTimeout =
    timeoutMs === undefined
      ? undefined
      : options.clock.after(timeoutMs, () => cut.abort(new LateError(`no answer within ${timeoutMs / 1000} s`)));
  try {
    const answer = await exchange(options, cut.signal);
    return { ...answer, latencyMs: options.clock.monotonicMs() - beganMs };
  } catch (error) {
    const reason: unknown = cut.signal.aborted ? cut.signal.reason : error;
    const problem = reason instanceof Error ? reason.message : String(reason);
    return { bytes: 0, latencyMs: options.clock.monotonicMs() - beganMs, problem, isLate: reason instanceof LateError };
  } finally {
    cancelTimeout?.();
    options.signal.removeEventListener('abort', onAbort);
  }
}

function exchange(
  options: InstanceGet,
  signal: AbortSignal,
): Promise<{ readonly status?: number; readonly bytes: number }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: options.host,
      port: options.port,
      path: options.path,
      method: 'GET',
      agent: false,
      signal,
      headers: { ...options.headers, Connection: 'close' },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      let bytes = 0;
      response.on('data', (chunk: Uint8Array) => {
        bytes += chunk.length;
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({ ...(response.statusCode === undefined ? {} : { status: response.statusCode }), bytes }),
      );
    });
    outgoing.end();
  });
}

/** S3: 200 to 299 is a success, and so is 404, the answer of an application without such a handler. */
export function isStartSuccess(answer: InternalAnswer): boolean {
  return answer.status !== undefined && ((answer.status >= 200 && answer.status < 300) || answer.status === 404);
}
