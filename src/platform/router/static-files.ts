/** Serves a static handler's file from the deployment's directory (App Engine's static file handlers). */
import { createReadStream, type ReadStream } from 'node:fs';
import type { StaticDirHandler, StaticFilesHandler } from '../../model/handler.ts';
import { evaluate, type Outcome } from './conditional.ts';
import type { ExchangeListener } from './exchange.ts';
import { mimeType } from './mime-types.ts';
import { answer, textReply } from './replies.ts';
import { logRequest } from './request-log.ts';
import type { RoutedRequest } from './routed-request.ts';
import type { RouterCore } from './router-core.ts';
import { isSafeRelativePath } from './static-path.ts';
import type { SiteFile } from './static-site.ts';

export type StaticHandler = StaticFilesHandler | StaticDirHandler;

/** App Engine's default for files without `expiration`. */
const DEFAULT_EXPIRATION_SECONDS = 600;
const CHUNK_BYTES = 256 * 1024;

/** @param path relative to the deployment's directory, as the handler gave it */
export function serveStatic(core: RouterCore, request: RoutedRequest, handler: StaticHandler, path: string): void {
  const { exchange } = request;
  const file = request.route.version.compiled.site.find(path);
  if (file === 'unreadable') {
    answer(core, request, { status: 403 });
    return;
  }
  if (file === 'missing') {
    answer(core, request, missingReply(request, path));
    return;
  }
  const outcome = evaluate(exchange.rawHeaders, file);
  const headers = fileHeaders(core, request, handler, file);
  switch (outcome.status) {
    case 304:
      answerBare(core, request, 304, headers);
      return;
    case 412:
      answer(core, request, { status: 412 });
      return;
    case 416:
      answer(core, request, { status: 416, headers: ['Content-Range', `bytes */${file.size}`] });
      return;
    case 200:
    case 206:
      new FileResponse(core, request, file).begin(outcome, headers);
  }
}

function missingReply(request: RoutedRequest, path: string) {
  if (request.exchange.rawHeaders.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'if-match')) {
    return { status: 412 };
  }
  return isSafeRelativePath(path) ? { status: 404 } : textReply(404, `${request.target.path} not found`);
}

function fileHeaders(core: RouterCore, request: RoutedRequest, handler: StaticHandler, file: SiteFile): string[] {
  const { spec } = request.route.version.compiled.deployment;
  const seconds = handler.expirationSeconds ?? spec.defaultExpirationSeconds ?? DEFAULT_EXPIRATION_SECONDS;
  // What needs a login is one client's.
  const scope = handler.login === 'optional' ? 'public' : 'private';
  const fields = new Map<string, readonly [name: string, value: string]>([
    ['content-type', ['Content-Type', handler.mimeType ?? mimeType(file.path)]],
    ['etag', ['ETag', file.etag]],
    ['last-modified', ['Last-Modified', new Date(file.modifiedMs).toUTCString()]],
    ['cache-control', ['Cache-Control', `${scope}, max-age=${seconds}`]],
    ['expires', ['Expires', new Date(core.clock.now() + seconds * 1000).toUTCString()]],
    ['accept-ranges', ['Accept-Ranges', 'bytes']],
  ]);
  for (const [name, value] of Object.entries(handler.httpHeaders ?? {})) {
    const key = name.toLowerCase();
    if (key === 'content-type' && handler.mimeType !== undefined) continue;
    fields.set(key, [name, value]);
  }
  return [...fields.values()].flat();
}

/** 304: the headers a 200 would have, without those of the content. */
function answerBare(core: RouterCore, request: RoutedRequest, status: number, headers: readonly string[]): void {
  const kept = headers.filter((_, index) => !/^content-/i.test(headers[index - (index % 2)] ?? ''));
  request.exchange.sendHead(status, '', [...kept, ...request.extraHeaders]);
  request.exchange.end();
  logRequest(core, request, { status, responseSize: 0 });
}

/** Streams a file with backpressure. */
class FileResponse implements ExchangeListener {
  readonly #core: RouterCore;
  readonly #request: RoutedRequest;
  readonly #file: SiteFile;
  #stream: ReadStream | undefined;
  #sent = 0;
  #status = 200;

  constructor(core: RouterCore, request: RoutedRequest, file: SiteFile) {
    this.#core = core;
    this.#request = request;
    this.#file = file;
  }

  begin(outcome: Extract<Outcome, { readonly status: 200 | 206 }>, headers: readonly string[]): void {
    const { exchange } = this.#request;
    const { size } = this.#file;
    const range = outcome.status === 206 ? outcome.range : { start: 0, end: size - 1 };
    const length = range.end - range.start + 1;
    this.#status = outcome.status;
    const all = [...headers, 'Content-Length', String(length)];
    if (outcome.status === 206) all.push('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
    all.push(...this.#request.extraHeaders);
    if (exchange.method === 'HEAD' || length === 0) {
      exchange.sendHead(this.#status, '', all);
      exchange.end();
      this.#log();
      return;
    }
    this.#send(range, all);
  }

  clientGone(): void {
    this.#stream?.destroy();
    this.#log('the client went away');
  }

  clientDrained(): void {
    this.#stream?.resume();
  }

  #send(range: { readonly start: number; readonly end: number }, headers: readonly string[]): void {
    const { exchange } = this.#request;
    exchange.listener = this;
    const stream = createReadStream(this.#file.path, { ...range, highWaterMark: CHUNK_BYTES });
    this.#stream = stream;
    stream.once('open', () => exchange.sendHead(this.#status, '', headers));
    stream.on('data', (chunk) => {
      this.#sent += chunk.length;
      if (!exchange.write(chunk as Buffer)) stream.pause();
    });
    stream.on('end', () => {
      exchange.end();
      this.#log();
    });
    stream.on('error', (error) => this.#onError(error));
  }

  #onError(error: Error): void {
    const { exchange } = this.#request;
    if (exchange.isHeadSent) {
      exchange.cut();
      this.#log(error.message);
      return;
    }
    const status = (error as NodeJS.ErrnoException).code === 'EACCES' ? 403 : 404;
    answer(this.#core, this.#request, { status }, error.message);
  }

  #log(exitReason?: string): void {
    logRequest(this.#core, this.#request, { status: this.#status, responseSize: this.#sent, exitReason });
  }
}
