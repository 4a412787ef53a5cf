/** The HTTP side of the bundled APIs: `POST /rpc_http`, on loopback only, always answered with 200. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { failure } from '../../errors.ts';
import { RpcError } from './api-problem.ts';
import { answerRemoteCall, type RemoteCalls, refusedRemoteCall } from './remote-call.ts';

/** App Engine's largest call; what is larger is not read. */
const MAX_BODY_BYTES = 50 * 1024 * 1024;
const DEFAULT_DEADLINE_MS = 60_000;
/** Above any documented deadline: a task's fetch may take 10 minutes. */
const MAX_DEADLINE_MS = 10 * 60_000;
/** Clients keep connections: one that closes first would break a call that is on its way. */
const KEEP_ALIVE_MS = 10 * 60_000;
/** `/` is where the python27 SDK's own transport posts to. */
const paths = new Set(['/rpc_http', '/']);

export interface ApiServer {
  /** @throws AppcfgError `platform.port-in-use` */
  listen(at: { readonly host: string; readonly port: number }): Promise<number>;
  /** Breaks what is still running. */
  close(): Promise<void>;
}

export function createApiServer(calls: RemoteCalls): ApiServer {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    serve(calls, request, response).catch((error: unknown) => {
      if (!request.destroyed) calls.onDefect(error);
      response.destroy();
    });
  });
  return {
    listen: (at) => listen(server, at),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(calls: RemoteCalls, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST' || !paths.has(request.url ?? '')) {
    response.writeHead(404, { 'Content-Type': 'text/plain' });
    response.end('This address takes the API calls of running applications.\n');
    request.resume();
    return;
  }
  const body = await readBody(request);
  if (!body) {
    const problem = new RpcError('requestTooLarge', `a call may have ${MAX_BODY_BYTES} bytes`);
    send(response, refusedRemoteCall(problem), { Connection: 'close' });
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  send(response, await answerRemoteCall(calls, body, { deadlineMs: deadlineOf(request), signal: gone.signal }));
}

function send(response: ServerResponse, body: Uint8Array, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': body.length,
    ...headers,
  });
  response.end(body);
}

/** Undefined when there is more than a call may have. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Seconds, possibly with a fraction. */
function deadlineOf(request: IncomingMessage): number {
  const seconds = Number(request.headers['x-google-rpc-service-deadline'] ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds * 1000, MAX_DEADLINE_MS) : DEFAULT_DEADLINE_MS;
}

function listen(server: Server, at: { readonly host: string; readonly port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? failure('platform.port-in-use', { port: at.port, what: 'API server' }) : error);
    });
    server.listen(at.port, at.host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : at.port);
    });
  });
}
