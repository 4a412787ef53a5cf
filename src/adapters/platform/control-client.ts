/** JSON requests to the control API, with its errors turned back into catalogue errors. */
import type { Readable } from 'node:stream';
import type { AxiosInstance, AxiosResponse, AxiosStatic } from 'axios';
import { AppcfgError, type ErrorCode, errorCatalogue, failure, messageOf } from '../../errors.ts';
import type { WireError } from '../../protocol/extension.ts';
import type { Clock } from '../../support/clock.ts';
import { secureAgent, trustProblem } from './server-trust.ts';
import { repeatedly } from './transient.ts';

export interface ControlAddress {
  /** `http://127.0.0.1:8090` */
  readonly url: string;
  readonly token: string;
  /** Certificates of authorities to trust besides the usual ones. */
  readonly caFile?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ControlRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Doing it twice is the same as doing it once: a question, or a change with a request id. True of every GET. */
  readonly isRepeatable?: boolean;
}

export interface ControlClient {
  readonly url: string;
  json<T>(request: ControlRequest): Promise<T>;
  bytes(request: ControlRequest): Promise<Uint8Array>;
  /** The answer's body as it comes. */
  stream(request: ControlRequest): Promise<Readable>;
}

type ResponseType = 'json' | 'arraybuffer' | 'stream';

/** The longest answer is waited for 30 seconds by the platform itself: one that takes longer is lost. */
const LOST_ANSWER_MS = 60_000;

/** @param clock with it, repeatable requests are tried again for a few seconds when the connection breaks */
export function createControlClient(address: ControlAddress, clock?: Clock): ControlClient {
  const connection = new Connection(address);
  const send = (request: ControlRequest, responseType: ResponseType): Promise<AxiosResponse> => {
    const isRepeatable = request.isRepeatable ?? request.method === 'GET';
    // What takes a body may take any time on a slow network.
    const isBounded = request.method === 'GET' && responseType === 'json';
    const attempt = () => connection.send(request, responseType, isBounded ? LOST_ANSWER_MS : 0);
    return clock && isRepeatable ? repeatedly(attempt, { clock, signal: request.signal }) : attempt();
  };
  return {
    url: address.url,
    json: async <T>(request: ControlRequest) => (await send(request, 'json')).data as T,
    bytes: async (request) => new Uint8Array((await send(request, 'arraybuffer')).data as ArrayBuffer),
    stream: async (request) => (await send(request, 'stream')).data as Readable,
  };
}

class Connection {
  readonly #address: ControlAddress;
  #axios: Promise<AxiosInstance> | undefined;
  /** Where nobody listens the address may be wrong; who answered before will answer again. */
  #hasAnswered = false;

  constructor(address: ControlAddress) {
    this.#address = address;
  }

  async send(request: ControlRequest, responseType: ResponseType, timeoutMs: number): Promise<AxiosResponse> {
    this.#axios ??= import('axios').then((module) => newInstance(module.default, this.#address));
    const axios = await this.#axios;
    try {
      const response = await axios.request({
        method: request.method,
        url: request.path,
        responseType,
        timeout: timeoutMs,
        ...(request.query ? { params: request.query } : {}),
        ...(request.body === undefined ? {} : { data: request.body }),
        ...(request.headers ? { headers: request.headers } : {}),
        ...(request.signal ? { signal: request.signal } : {}),
      });
      this.#hasAnswered = true;
      return response;
    } catch (error) {
      if (request.signal?.aborted) throw reasonOf(request.signal);
      const { response } = error as { readonly response?: AxiosResponse };
      // A success that is reported as an error was cut on its way.
      if (!response || response.status < 400) throw this.#unreachable(error);
      this.#hasAnswered = true;
      throw await refusal(response, request);
    }
  }

  #unreachable(error: unknown): Error {
    const { code = '', message = '' } = error as { readonly code?: string; readonly message?: string };
    const { url: address } = this.#address;
    const distrust = trustProblem(code);
    if (distrust !== undefined) return failure('server.untrusted', { url: address, reason: distrust });
    const isRefused = code === 'ECONNREFUSED';
    const isTransient = brokenConnections.has(code) || (isRefused && this.#hasAnswered);
    const reason = reasons[code] ?? (message || code || messageOf(error));
    const { url } = this.#address;
    // Not the error itself: it holds the whole request, token included.
    const cause = new Error(message, { cause: code });
    return failure('backend.unreachable', { backend: 'platform', url, reason, isTransient }, { cause });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ERR_BAD_RESPONSE: 'the answer was cut',
  ECONNABORTED: 'no answer came in time',
  ETIMEDOUT: 'no answer came in time',
  ENOTFOUND: 'there is no machine of this name',
  EAI_AGAIN: 'the name could not be looked up',
};
const brokenConnections = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_BAD_RESPONSE',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EAI_AGAIN',
]);

function newInstance(axios: AxiosStatic, address: ControlAddress): AxiosInstance {
  return axios.create({
    baseURL: address.url,
    headers: { ...address.headers, Authorization: `Bearer ${address.token}` },
    maxRedirects: 0,
    maxBodyLength: Number.POSITIVE_INFINITY,
    maxContentLength: Number.POSITIVE_INFINITY,
    // The control API is on loopback or named by the user: a proxy from the environment is never meant for it.
    proxy: false,
    ...(address.url.startsWith('https:') ? { httpsAgent: secureAgent(address.caFile) } : {}),
  });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}

async function refusal(response: AxiosResponse, request: ControlRequest): Promise<Error> {
  const wire = (await bodyOf(response)) as Partial<WireError> | undefined;
  const known = wire?.error?.appcfg;
  if (wire?.error && known && known.code in errorCatalogue) {
    return new AppcfgError({
      code: known.code as ErrorCode,
      message: wire.error.message,
      details: known.details,
      hints: known.hints,
    });
  }
  const reason = `status ${response.status}`;
  return failure('backend.protocol', { backend: 'platform', request: `${request.method} ${request.path}`, reason });
}

async function bodyOf(response: AxiosResponse): Promise<unknown> {
  const { data } = response;
  if (data === null || data === undefined) return undefined;
  try {
    if (typeof data.pipe === 'function') {
      const chunks: Buffer[] = [];
      for await (const chunk of data as AsyncIterable<Buffer>) chunks.push(chunk);
      return JSON.parse(Buffer.concat(chunks).toString('utf8'));
    }
    if (data instanceof ArrayBuffer || Buffer.isBuffer(data))
      return JSON.parse(Buffer.from(data as ArrayBuffer).toString('utf8'));
    return data;
  } catch {
    return undefined;
  }
}
