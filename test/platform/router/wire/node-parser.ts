/** What Node's own parser makes of bytes: the judge of the router's. */
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';

export interface SeenRequest {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly version: string;
  readonly fields: readonly string[];
  readonly body: string;
}

export interface SeenResponse {
  readonly status: number | undefined;
  readonly fields: readonly string[];
  readonly body: string;
}

/** A connection whose other side is the test: everything written to it is dropped. */
class Line extends Duplex {
  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }

  say(bytes: Buffer): void {
    this.push(bytes);
    this.push(null);
  }
}

/** The complete requests in `bytes`, in order. */
export async function requestsSeenByNode(bytes: Buffer): Promise<readonly SeenRequest[]> {
  const seen: (SeenRequest | undefined)[] = [];
  const server = createServer({ maxHeaderSize: 64 * 1024, requireHostHeader: false });
  server.maxHeadersCount = 0;
  const take = (request: IncomingMessage) => {
    const place = seen.push(undefined) - 1;
    const { method, url: target, httpVersion: version, rawHeaders: fields } = request;
    void bodyOf(request).then((body) => {
      if (body !== undefined) seen[place] = { method, target, version, fields, body };
    });
  };
  server.on('request', (request, response) => {
    take(request);
    response.end();
  });
  server.on('checkContinue', take);
  server.on('upgrade', (request, socket) => {
    take(request);
    socket.destroy();
  });
  server.on('clientError', (_, socket) => socket.destroy());
  const line = new Line();
  server.emit('connection', line);
  line.say(bytes);
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  line.destroy();
  return seen.filter((request) => request !== undefined);
}

/** Undefined when Node's client refuses it or waits for more. */
export function responseSeenByNode(bytes: Buffer, method: string): Promise<SeenResponse | undefined> {
  return new Promise((resolve) => {
    const line = new Line();
    const request = httpRequest({ method, path: '/', createConnection: () => line });
    request.on('error', () => resolve(undefined));
    request.on('upgrade', () => resolve(undefined));
    request.on('response', (response) => {
      const { statusCode: status, rawHeaders: fields } = response;
      void bodyOf(response).then((body) => resolve(body === undefined ? undefined : { status, fields, body }));
    });
    request.end();
    line.say(bytes);
  });
}

/** Undefined when it breaks off. */
function bodyOf(message: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    let body = '';
    message.setEncoding('latin1');
    message.on('data', (text: string) => {
      body += text;
    });
    message.on('error', () => resolve(undefined));
    message.on('close', () => resolve(message.complete ? body : undefined));
  });
}
