/** What a service of the bundled APIs is: methods by name, each from a typed request to a typed response. */
import type { TicketRequest } from './api-tickets.ts';
import type { Codec } from './protocol/codec.ts';

export interface ApiCall {
  /** The request whose code calls. */
  readonly caller: TicketRequest;
  /** Milliseconds that the caller waits. */
  readonly deadlineMs: number;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** From encoded request to encoded response. Throws ApplicationError or RpcError. */
export type ApiMethod = (request: Uint8Array, call: ApiCall) => Promise<Uint8Array>;

export type ApiService = Readonly<Record<string, ApiMethod>>;

export class UnreadableRequest extends Error {}

export function apiMethod<Request, Response>(
  request: Codec<Request>,
  response: Codec<Response>,
  run: (request: Request, call: ApiCall) => Response | Promise<Response>,
): ApiMethod {
  return async (bytes, call) => response.encode(await run(decoded(request, bytes), call));
}

function decoded<T>(codec: Codec<T>, bytes: Uint8Array): T {
  try {
    return codec.decode(bytes);
  } catch (error) {
    throw new UnreadableRequest(error instanceof Error ? error.message : String(error));
  }
}
