/** One HTTP request to one of Google's APIs: address, login, cut connections told apart from answers. */
import type { AxiosInstance, AxiosStatic } from 'axios';
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

interface TransportOptions {
  readonly login: Login | undefined;
  /** Who asks: `appcfg/1.0.0`. */
  readonly agent: string;
  /** The variable that names a proxy for https; absent when there is none. */
  readonly proxyVariable?: string | undefined;
}

/** Through the proxy that the environment names (HTTPS_PROXY, ALL_PROXY; NO_PROXY keeps from it): axios looks there. */
export function createTransport(endpoints: Endpoints, { login, agent, proxyVariable }: TransportOptions): Transport {
  const closing = new AbortController();
  let axios: Promise<AxiosInstance> | undefined;
  return {
    send: async (request) => {
      const origin = endpoints[request.api];
      const headers = { 'user-agent': agent, ...(await authorization(origin, login)), ...request.headers };
      const timeout = AbortSignal.timeout(request.api === 'storage' ? UPLOAD_TIMEOUT_MS : ANSWER_TIMEOUT_MS);
      const signals = [closing.signal, timeout, ...(request.signal ? [request.signal] : [])];
      axios ??= import('axios').then((module) => newInstance(module.default));
      try {
        request.signal?.throwIfAborted();
        const { body } = request;
        const response = await (await axios).request<Buffer>({
          url: addressOf(origin, request).href,
          method: request.method,
          headers: { 'content-type': body === undefined ? false : 'application/octet-stream', ...headers },
          data: typeof body === 'object' ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : body,
          signal: AbortSignal.any(signals),
          // What is on this machine is never reached through a proxy.
          ...(isLocal(origin) ? { proxy: false } : {}),
        });
        const { status } = response;
        if (status === 407) throw new Error('the proxy wants a login');
        return { status, header: (name) => textOf(response.headers[name]), body: response.data };
      } catch (error) {
        if (request.signal?.aborted) throw request.signal.reason;
        const isLate = timeout.aborted;
        throw unreachable(origin, error, { isLate, isClosed: closing.signal.aborted, proxyVariable });
      }
    },
    close: async () => closing.abort(),
  };
}

function newInstance(axios: AxiosStatic): AxiosInstance {
  return axios.create({
    responseType: 'arraybuffer',
    // A redirect would take the login to an address that nobody chose.
    maxRedirects: 0,
    maxBodyLength: Number.POSITIVE_INFINITY,
    maxContentLength: Number.POSITIVE_INFINITY,
    transformRequest: (data: unknown) => data,
    validateStatus: () => true,
  });
}

function textOf(header: unknown): string | undefined {
  return typeof header === 'string' ? header : undefined;
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

interface Broken {
  readonly isLate: boolean;
  readonly isClosed: boolean;
  readonly proxyVariable: string | undefined;
}

function unreachable(url: string, error: unknown, { isLate, isClosed, proxyVariable }: Broken): Error {
  const { code = '' } = error as { readonly code?: string };
  const known = isClosed ? 'this client was closed' : isLate ? 'no answer came in time' : reasons[code];
  const what = known ?? (messageOf(error) || 'no answer');
  const isProxied = proxyVariable !== undefined && !isClosed && !isLocal(url);
  const reason = isProxied ? `${what} (${proxyVariable} is set)` : what;
  const isTransient = isLate || broken.has(code);
  // Not the error itself, which may hold the request and its login.
  return failure('backend.unreachable', { backend: 'google', url, reason, isTransient }, { cause: new Error(reason) });
}

/** Of these another attempt may be better off. */
const broken = new Set([
  ...['ECONNRESET', 'EPIPE', 'ERR_BAD_RESPONSE', 'ECONNABORTED', 'ETIMEDOUT', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'],
]);

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  ERR_BAD_RESPONSE: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ECONNABORTED: 'no answer came in time',
  ETIMEDOUT: 'no answer came in time',
  ENOTFOUND: 'there is no machine of this name',
  EAI_AGAIN: 'the name could not be looked up',
};
