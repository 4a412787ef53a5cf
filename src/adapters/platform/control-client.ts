/** JSON requests to the control API, with its errors turned back into catalogue errors. */
import type { Readable } from 'node:stream';
import type { AxiosInstance, AxiosResponse, AxiosStatic } from 'axios';
import { AppcfgError, type ErrorCode, errorCatalogue, failure, messageOf } from '../../errors.ts';
import type { WireError } from '../../protocol/extension.ts';

export interface ControlAddress {
  /** `http://127.0.0.1:8090` */
  readonly url: string;
  readonly token: string;
}

export interface ControlRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ControlClient {
  json<T>(request: ControlRequest): Promise<T>;
  bytes(request: ControlRequest): Promise<Uint8Array>;
  /** The answer's body as it comes. */
  stream(request: ControlRequest): Promise<Readable>;
}

export function createControlClient(address: ControlAddress): ControlClient {
  let instance: Promise<AxiosInstance> | undefined;
  const send = async (
    request: ControlRequest,
    responseType: 'json' | 'arraybuffer' | 'stream',
  ): Promise<AxiosResponse> => {
    instance ??= import('axios').then((module) => newInstance(module.default, address));
    const axios = await instance;
    try {
      return await axios.request({
        method: request.method,
        url: request.path,
        responseType,
        ...(request.query ? { params: request.query } : {}),
        ...(request.body === undefined ? {} : { data: request.body }),
        ...(request.headers ? { headers: request.headers } : {}),
        ...(request.signal ? { signal: request.signal } : {}),
      });
    } catch (error) {
      throw await translate(error, request, address);
    }
  };
  return {
    json: async <T>(request: ControlRequest) => (await send(request, 'json')).data as T,
    bytes: async (request) => new Uint8Array((await send(request, 'arraybuffer')).data as ArrayBuffer),
    stream: async (request) => (await send(request, 'stream')).data as Readable,
  };
}

function newInstance(axios: AxiosStatic, address: ControlAddress): AxiosInstance {
  return axios.create({
    baseURL: address.url,
    headers: { Authorization: `Bearer ${address.token}` },
    maxRedirects: 0,
    maxBodyLength: Number.POSITIVE_INFINITY,
    maxContentLength: Number.POSITIVE_INFINITY,
    // The control API is on loopback or named by the user: a proxy from the environment is never meant for it.
    proxy: false,
  });
}

async function translate(error: unknown, request: ControlRequest, address: ControlAddress): Promise<Error> {
  const { response, code, message } = error as { response?: AxiosResponse; code?: string; message?: string };
  if (request.signal?.aborted)
    return request.signal.reason instanceof Error ? request.signal.reason : new Error('aborted');
  if (!response) {
    const reason = code === 'ECONNREFUSED' ? 'connection refused' : (code ?? message ?? messageOf(error));
    return failure('backend.unreachable', { backend: 'platform', url: address.url, reason }, { cause: error });
  }
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
