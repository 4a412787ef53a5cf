/** Forwards a request to its instance and the response back, streaming both ways with backpressure. */
import { messageOf } from '../../errors.ts';
import type { Claim } from '../serving/version-pool.ts';
import { bodyLimit, hasBody, MAX_RESPONSE_BYTES, tooLarge } from './body-rules.ts';
import { BodyTooLargeError, collectBody } from './exchange.ts';
import { forwardHeaders } from './forward-headers.ts';
import { InstanceRequest } from './instance-request.ts';
import { pageReply, textReply } from './replies.ts';
import { responseHead } from './response-headers.ts';
import type { RoutedRequest } from './routed-request.ts';
import type { Upstream } from './upstreams.ts';
import { InvalidFieldError, isFieldName } from './wire/fields.ts';
import type { InstanceCallListener, InstanceConnection } from './wire/instance-connection.ts';
import type { PassedHead, ResponseStart } from './wire/plain-response.ts';
import { headerLines } from './wire/response-text.ts';

/** Tries on other instances after a refused connection. */
const MAX_CLAIMS = 3;
const replayable = new Set(['GET', 'HEAD', 'OPTIONS']);

export class HttpForward extends InstanceRequest implements InstanceCallListener {
  #connection: InstanceConnection | undefined;
  #upstream: Upstream | undefined;
  #claims = 0;
  /** Something may have reached an instance. */
  #wasSent = false;
  #wasReplayed = false;
  #maxResponseBytes = Number.POSITIVE_INFINITY;
  #isHeldBack = false;

  override begin(): void {
    const { exchange, head, route, target } = this.request;
    // First generation servers take a body of known length only: App Engine's front end collected it for them.
    if (!head.isChunked || route.version.compiled.generation === 2 || this.request.collectedBody) {
      super.begin();
      return;
    }
    exchange.listener = this;
    collectBody(exchange, bodyLimit(target.path)).then(
      (body) => {
        if (this.isDone) return;
        this.request.collectedBody = body;
        super.begin();
      },
      (error: unknown) => this.#onBodyFailure(error),
    );
  }

  protected override get waitsForClient(): boolean {
    const { exchange, head } = this.request;
    return this.#isHeldBack || (hasBody(head) && !exchange.isBodyComplete);
  }

  override clientDrained(): void {
    this.#isHeldBack = false;
    if (!this.isDone) this.#connection?.resume();
  }

  protected override send(_claim: Claim, upstream: Upstream): void {
    this.#claims += 1;
    this.#upstream = upstream;
    const { exchange, head, target, collectedBody } = this.request;
    const text = this.#headText();
    if (text === undefined) return;
    const body = collectedBody ?? (hasBody(head) ? exchange.openBody(bodyLimit(target.path)) : undefined);
    const bodyLength = head.isChunked ? undefined : head.contentLength;
    const call = { method: exchange.method, head: text, body, bodyLength };
    const connection = upstream.pool.take();
    this.#connection = connection;
    connection.begin(call, this);
  }

  protected override stopUpstream(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  onSending(): void {
    this.#wasSent = true;
    this.request.reachedInstance = true;
  }

  onHead(start: ResponseStart): void {
    if (this.isDone) return;
    const { exchange, route } = this.request;
    const { generation, isFlexible } = route.version.compiled;
    try {
      const { headers, contentLength, lines } = this.#passedHead(start);
      if (generation === 1 && !isFlexible) {
        this.#maxResponseBytes = MAX_RESPONSE_BYTES;
        if (contentLength !== undefined && contentLength > MAX_RESPONSE_BYTES && exchange.method !== 'HEAD') {
          this.#failTooLarge(contentLength);
          return;
        }
      }
      exchange.sendHead(start.status, start.statusText, headers, lines);
      this.status = start.status;
    } catch (error) {
      this.fail(badGateway, `the response could not be passed on: ${messageOf(error)}`);
    }
  }

  /** Worked out once for the responses of a connection that have the same head. */
  #passedHead(start: ResponseStart): PassedHead {
    const extras = this.responseExtras;
    if (start.passed && extras.length === 0) return start.passed;
    const { generation } = this.request.route.version.compiled;
    const addsCookie = extras.includes('Set-Cookie');
    const { headers, contentLength } = responseHead(start.fields, { generation, status: start.status, addsCookie });
    headers.push(...extras);
    const passed = { headers, contentLength, lines: headerLines(headers) };
    if (extras.length === 0) start.passed = passed;
    return passed;
  }

  onPause(): void {
    if (!this.isDone) this.request.exchange.flush();
  }

  onData(chunk: Buffer | string): boolean {
    if (this.isDone) return true;
    this.responseSize += chunk.length;
    if (this.responseSize > this.#maxResponseBytes) {
      this.#failTooLarge(this.responseSize);
      return true;
    }
    const isTaken = this.request.exchange.write(chunk);
    this.#isHeldBack = !isTaken;
    return isTaken;
  }

  onComplete(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.#connection = undefined;
    this.request.exchange.end();
    this.finish(this.status);
  }

  onError(error: Error): void {
    if (this.isDone) return;
    this.#connection = undefined;
    if (error instanceof BodyTooLargeError) {
      this.#onBodyFailure(error);
    } else if (this.request.exchange.isHeadSent) {
      this.fail(badGateway, `the response broke off: ${error.message}`, { isInstanceFailure: true });
    } else {
      this.#tryAgain(error);
    }
  }

  /** Nothing was answered yet. What an instance may have begun to do is not done twice. */
  #tryAgain(error: Error): void {
    const { exchange, head } = this.request;
    const isUnread = !hasBody(head) || this.request.collectedBody !== undefined || !exchange.isBodyTouched;
    const { claim } = this;
    if (!this.#wasSent && isUnread && this.#claims < MAX_CLAIMS) {
      this.core.counters.retries += 1;
      this.releaseClaim(502, { isInstanceFailure: true });
      this.claimInstance();
    } else if (claim && this.#upstream && this.#isReplayable(claim)) {
      // Most likely an idle connection that the instance had closed.
      this.#wasReplayed = true;
      this.core.counters.retries += 1;
      this.send(claim, this.#upstream);
    } else {
      this.fail(badGateway, `the instance failed: ${error.message}`, { isInstanceFailure: true });
    }
  }

  #isReplayable(claim: Claim): boolean {
    const { exchange, head } = this.request;
    if (this.#wasReplayed || claim.signal.aborted || !this.#wasSent) return false;
    return replayable.has(exchange.method) && !hasBody(head);
  }

  /** Undefined when it can't be sent, which was answered then. */
  #headText(): string | undefined {
    const { exchange, target, collectedBody } = this.request;
    const { method } = exchange;
    const path = target.rawPath + target.query;
    try {
      if (exchange.internal) checkRequestLine(method, path);
      const facts = { remainingMs: this.remainingMs, ticket: this.ticket };
      const lines = forwardHeaders(
        this.core,
        this.request,
        collectedBody ? { ...facts, bodyLength: collectedBody.length } : facts,
      );
      return `${method} ${path} HTTP/1.1\r\n${lines}${framingLine(this.request)}Connection: keep-alive\r\n\r\n`;
    } catch (error) {
      if (!(error instanceof InvalidFieldError)) throw error;
      this.fail(textReply(400, 'Bad Request'), `the request could not be sent: ${error.message}`);
      return undefined;
    }
  }

  #failTooLarge(bytes: number): void {
    const text = `HTTP response was too large: ${bytes}. The limit is: ${MAX_RESPONSE_BYTES}.`;
    this.fail(textReply(500, text), 'the response was too large');
  }

  #onBodyFailure(error: unknown): void {
    if (error instanceof BodyTooLargeError)
      this.fail(textReply(tooLarge.status, tooLarge.text), 'the body was too large');
    else this.clientGone();
  }
}

/** Requests from outside were checked when they were read. */
function checkRequestLine(method: string, path: string): void {
  if (!isFieldName(method)) throw new InvalidFieldError('method');
  if (/[^\x21-\x7e\x80-\xff]/.test(path)) throw new InvalidFieldError('path');
}

/** Methods that usually have a body say that they have none. */
const bodied = new Set(['POST', 'PUT', 'PATCH']);

function framingLine({ exchange, head, collectedBody }: RoutedRequest): string {
  if (collectedBody) return '';
  if (head.isChunked) return 'Transfer-Encoding: chunked\r\n';
  return !hasBody(head) && bodied.has(exchange.method) ? 'Content-Length: 0\r\n' : '';
}

const badGateway = pageReply(502, 'Bad Gateway', 'The application broke the connection before it answered.');
