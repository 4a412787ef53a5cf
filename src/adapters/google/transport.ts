/** One HTTP request to one of Google's APIs: address, login, cut connections told apart from answers. */
import { failure, messageOf } from '../../errors.ts';
import type { Login } from './credentials.ts';
import { type ApiName, type Endpoints, isLocal } from './endpoints.ts';

export interface HttpRequest {
  readonly api: ApiName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Encoded; for the next part of an upload, the whole address that the server gave. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Buffer;
}

export interface Transport {
  /** @throws AppcfgError `backend.unreachable` (with isTransient), `google.no-login`, or the signal's reason */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** Google's own limit of an answer is 30 seconds, 60 for a few; uploads take as long as the network needs. */
const ANSWER_TIMEOUT_MS = 90_000;
const UPLOAD_TIMEOUT_MS = 15 * 60_000;

export function createTransport(endpoints: Endpoints, login: Login | undefined, agent: string): Transport {
  const closing = new AbortController();
  return {
    send: async (request) => {
      const origin = endpoints[request.api];
      const headers = { 'user-agent': agent, ...(await authorization(origin, login)), ...request.headers };
      const timeout = AbortSignal.timeout(request.api === 'storage' ? UPLOAD_TIMEOUT_MS : ANSWER_TIMEOUT_MS);
      const signals = [closing.signal, timeout, ...(request.signal ? [request.signal] : [])];
      try {
        request.signal?.throwIfAborted();
        const response = await fetch(addressOf(origin, request), {
          method: request.method,
          headers,
          // A redirect would take the login to an address that nobody chose.
          redirect: 'manual',
          signal: AbortSignal.any(signals),
          ...(request.body === undefined ? {} : { body: request.body }),
        });
        const body = Buffer.from(await response.arrayBuffer());
        return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, body };
      } catch (error) {
        if (request.signal?.aborted) throw request.signal.reason;
        throw unreachable(origin, error, closing.signal.aborted);
      }
    },
    close: async () => closing.abort(),
  };
}

async function authorization(origin: string, login: Login | undefined): Promise<Readonly<Record<string, string>>> {
  if (login === undefined || (isLocal(origin) && !login.isGiven)) return {};
  return { authorization: `Bearer ${await login.token()}` };
}

/** An upload's next address is only followed at the same server. */
function addressOf(origin: string, { path, query }: HttpRequest): URL {
  const url = new URL(path, `${origin}/`);
  if (url.origin !== origin) throw new Error(`the server sent this request to another place: ${url.origin}`);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function unreachable(url: string, error: unknown, isClosed: boolean): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code = '' } = cause as { readonly code?: string };
  const isLate = cause instanceof Error && cause.name === 'TimeoutError';
  const known = isClosed ? 'this client was closed' : isLate ? 'no answer came in time' : reasons[code];
  const reason = known ?? (messageOf(cause) || 'no answer');
  const isTransient = !isClosed && !lasting.has(code) && !code.startsWith('ERR_TLS');
  // Not the error itself, which may hold the request and its login.
  return failure('backend.unreachable', { backend: 'google', url, reason, isTransient }, { cause: new Error(reason) });
}

/** Waiting helps none of these. */
const lasting = new Set(['ENOTFOUND', 'ECONNREFUSED']);

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'no answer came in time',
  ETIMEDOUT: 'no answer came in time',
  ENOTFOUND: 'there is no machine of this name',
  EAI_AGAIN: 'the name could not be looked up',
};
