/** Forwards a request to its instance and the response back, streaming both ways with backpressure. */
import type { Dispatcher } from 'undici';
import { messageOf } from '../../errors.ts';
import type { Claim } from '../serving/version-pool.ts';
import { bodyLimit, hasBody, MAX_RESPONSE_BYTES, tooLarge } from './body-rules.ts';
import { BodyTooLargeError, collectBody } from './exchange.ts';
import { forwardHeaders } from './forward-headers.ts';
import { InstanceRequest } from './instance-request.ts';
import { pageReply, textReply } from './replies.ts';
import { responseHead } from './response-headers.ts';
import type { Upstream } from './upstreams.ts';

/** Tries on other instances after a refused connection. */
const MAX_CLAIMS = 3;
const replayable = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Implements undici's handler of raw callbacks: no header objects are made. */
export class HttpForward extends InstanceRequest implements Dispatcher.DispatchHandler {
  #abort: ((error?: Error) => void) | undefined;
  #resume: (() => void) | undefined;
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
    const resume = this.#resume;
    if (!this.isDone) resume?.();
  }

  protected override send(claim: Claim, upstream: Upstream): void {
    this.#claims += 1;
    this.#upstream = upstream;
    const { exchange, head, target } = this.request;
    const headers = forwardHeaders(this.core, this.request, {
      claim,
      remainingMs: this.remainingMs,
      ticket: this.ticket,
      ...(this.request.collectedBody ? { bodyLength: this.request.collectedBody.length } : {}),
    });
    const body = this.request.collectedBody ?? (hasBody(head) ? exchange.openBody(bodyLimit(target.path)) : null);
    upstream.pool.dispatch(
      { path: target.rawPath + target.query, method: exchange.method, headers, body, idempotent: false },
      this,
    );
  }

  protected override stopUpstream(): void {
    this.#abort?.(new Error('The request is over.'));
    this.#abort = undefined;
  }

  onConnect(abort: (error?: Error) => void): void {
    if (this.isDone) {
      abort(new Error('The request is over.'));
      return;
    }
    this.#abort = abort;
    this.#wasSent = true;
    this.request.reachedInstance = true;
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    // 103 Early Hints and the like are not passed on.
    if (this.isDone || status < 200) return true;
    this.#resume = resume;
    const { exchange, route } = this.request;
    const { generation, isFlexible } = route.version.compiled;
    const extras = this.responseExtras;
    const addsCookie = extras.includes('Set-Cookie');
    const { headers, contentLength } = responseHead(raw, { generation, status, addsCookie });
    if (generation === 1 && !isFlexible) {
      this.#maxResponseBytes = MAX_RESPONSE_BYTES;
      if (contentLength !== undefined && contentLength > MAX_RESPONSE_BYTES && exchange.method !== 'HEAD') {
        this.#failTooLarge(contentLength);
        return true;
      }
    }
    headers.push(...extras);
    try {
      exchange.sendHead(status, statusText, headers);
      this.status = status;
    } catch (error) {
      this.fail(badGateway, `the response could not be passed on: ${messageOf(error)}`);
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
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
    this.#abort = undefined;
    this.request.exchange.end();
    this.finish(this.status);
  }

  onError(error: Error): void {
    if (this.isDone) return;
    this.#abort = undefined;
    if (error instanceof BodyTooLargeError) {
      this.#onBodyFailure(error);
    } else if (this.request.exchange.isHeadSent) {
      this.fail(badGateway, `the response broke off: ${error.message}`, { isInstanceFailure: true });
    } else if ((error as NodeJS.ErrnoException).code === 'UND_ERR_INVALID_ARG') {
      this.fail(textReply(400, 'Bad Request'), `the request could not be sent: ${error.message}`);
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

const badGateway = pageReply(502, 'Bad Gateway', 'The application broke the connection before it answered.');
