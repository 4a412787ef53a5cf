/** Sends a request of the platform's own through the router. */
import { type CollectedResponse, InternalExchange } from './internal-exchange.ts';
import type { InternalRequest, InternalResponse } from './internal-request.ts';
import { handleExchange } from './pipeline.ts';
import type { RoutedRequest } from './routed-request.ts';
import type { RouterCore } from './router-core.ts';

const nothing = new Uint8Array();

export function dispatchInternal(core: RouterCore, request: InternalRequest): Promise<InternalResponse> {
  const startedMs = core.clock.monotonicMs();
  return new Promise((resolve) => {
    const onAbort = () => exchange.abandon();
    let routed: RoutedRequest | undefined;
    const exchange = new InternalExchange(request, (response) => {
      request.signal?.removeEventListener('abort', onAbort);
      // The log entry of the request is written after its last byte, within the same turn.
      queueMicrotask(() => {
        resolve(responseOf(routed, response, core.clock.monotonicMs() - startedMs));
      });
    });
    if (request.signal?.aborted) {
      exchange.abandon();
      return;
    }
    request.signal?.addEventListener('abort', onAbort, { once: true });
    handleExchange(core, exchange, (found) => {
      routed = found;
    });
  });
}

function responseOf(
  routed: RoutedRequest | undefined,
  response: CollectedResponse | undefined,
  latencyMs: number,
): InternalResponse {
  const deployment = routed?.route.version.compiled.deployment;
  return {
    status: response?.status ?? 0,
    headers: response?.headers ?? [],
    body: response?.body ?? nothing,
    isTruncated: response?.isTruncated ?? false,
    latencyMs,
    pendingMs: routed?.claim?.pendingMs ?? 0,
    reachedInstance: routed?.reachedInstance ?? false,
    requestId: routed?.requestId,
    module: deployment?.module,
    version: deployment?.version,
    instance: routed?.claim?.instance,
  };
}
