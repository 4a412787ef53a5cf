/** A strict fake of Google: what the API's description does not have is refused; latency, refusals and cuts on demand. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeAnswer, type FakeRequest, Refusal, Violation } from './answer.ts';
import { FakeAdmin } from './fake-admin.ts';
import { FakeLogs } from './fake-logs.ts';
import { FakeOperations } from './fake-operations.ts';
import { FakeSettings } from './fake-settings.ts';
import { FakeStorage } from './fake-storage.ts';

/** `before`: it is cut before anything is done; `after`: done, and the answer lost; a number: that status, nothing done. */
export type Fault = 'before' | 'after' | 429 | 500 | 503 | Refusal;
export type FaultOf = (request: {
  readonly method: string;
  readonly path: string;
  readonly count: number;
}) => Fault | undefined;

export interface GoogleFake {
  readonly url: string;
  readonly admin: FakeAdmin;
  readonly storage: FakeStorage;
  readonly settings: FakeSettings;
  readonly logs: FakeLogs;
  readonly operations: FakeOperations;
  /** `POST /v1/apps/...` in order. */
  readonly requests: readonly string[];
  /** What the API would not have understood. Tests expect none. */
  readonly violations: readonly string[];
  /** Headers of the last request. */
  readonly lastHeaders: () => FakeRequest['headers'];
  fault: FaultOf;
  close(): Promise<void>;
}

export async function startGoogleFake(): Promise<GoogleFake> {
  const operations = new FakeOperations();
  const storage = new FakeStorage();
  const admin = new FakeAdmin(storage, operations);
  const settings = new FakeSettings(admin);
  const logs = new FakeLogs();
  const requests: string[] = [];
  const violations: string[] = [];
  let last: FakeRequest['headers'] = {};
  const handlers = [settings, storage, admin, logs];
  const answerTo = (request: FakeRequest): FakeAnswer => {
    try {
      for (const handler of handlers) {
        const answer = handler.handle(request);
        if (answer) return answer;
      }
      throw new Violation(`Google has no ${request.method} ${request.path}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error instanceof Violation) violations.push(`${request.method} ${request.path}: ${error.message}`);
      return error.answer();
    }
  };
  const server = createServer((message, response) => {
    serve(message, response).catch((error: unknown) => {
      violations.push(String(error));
      response.destroy();
    });
  });
  const serve = async (message: IncomingMessage, response: ServerResponse) => {
    const request = await read(message, fake.url);
    last = request.headers;
    requests.push(`${request.method} ${request.path}`);
    const fault = fake.fault({ method: request.method, path: request.path, count: requests.length });
    if (fault === 'before') return void message.socket.destroy();
    if (typeof fault === 'number')
      return write(response, new Refusal(fault, 'UNAVAILABLE', 'Try again later.').answer());
    if (fault instanceof Refusal) return write(response, fault.answer());
    const answer = answerTo(request);
    if (fault === 'after' || answer.status === 0) return void message.socket.destroy();
    write(response, answer);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: GoogleFake = {
    ...{ admin, storage, settings, logs, operations, requests, violations },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lastHeaders: () => last,
    fault: () => undefined,
    close: async () => {
      operations.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return fake;
}

async function read(message: IncomingMessage, origin: string): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const url = new URL(message.url ?? '/', origin);
  const isJson = message.headers['content-type']?.startsWith('application/json') === true;
  const body = isJson ? (JSON.parse(bytes.toString('utf8')) as unknown) : undefined;
  const { pathname: path, searchParams: query } = url;
  return { method: message.method ?? 'GET', path, query, headers: message.headers, bytes, body, origin };
}

function write(response: ServerResponse, { status, headers = {}, body, bytes }: FakeAnswer): void {
  if (bytes) {
    response.writeHead(status, { 'content-type': 'application/octet-stream', ...headers }).end(bytes);
    return;
  }
  const isJson = body !== undefined;
  response.writeHead(status, { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers });
  response.end(isJson ? JSON.stringify(body) : undefined);
}
