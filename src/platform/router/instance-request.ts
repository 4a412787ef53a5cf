/** A request on an instance: claimed, begun, ended and released exactly once, whoever ends it. */
import { messageOf } from '../../errors.ts';
import type { Claim, ClaimOptions, Refused, RequestOutcome } from '../serving/version-pool.ts';
import { AFFINITY_COOKIE, affinityCookie, preferredInstance } from './affinity.ts';
import type { ExchangeListener } from './exchange.ts';
import { isTaskKind } from './internal-request.ts';
import { refusalReply } from './refusals.ts';
import { answer, failureReply, pageReply, type Reply } from './replies.ts';
import { cookieValue } from './request-head.ts';
import { logRequest } from './request-log.ts';
import type { RoutedRequest } from './routed-request.ts';
import type { RouterCore } from './router-core.ts';
import type { InstanceWork, Upstream } from './upstreams.ts';

/** Sends a request through the current routing table again. */
export type Reroute = (core: RouterCore, request: RoutedRequest) => void;

const MAX_REROUTES = 5;
/** Logged, nobody receives it. */
export const CLIENT_GONE = 499;

/** What an end says about the instance. */
type InstanceFault = Pick<RequestOutcome, 'isInstanceFailure' | 'isOverdue'>;
const noFault: InstanceFault = {};

export abstract class InstanceRequest implements ExchangeListener, InstanceWork {
  claim: Claim | undefined;
  protected readonly core: RouterCore;
  protected readonly request: RoutedRequest;
  protected isDone = false;
  protected status = 0;
  protected responseSize = 0;
  readonly #reroute: Reroute;
  readonly #table: unknown;
  readonly #options: PendingClaim;
  #upstream: Upstream | undefined;
  #cancelDeadline: (() => void) | undefined;
  #deadlineAtMs: number | undefined;
  #claimedAtMs = 0;
  #answeredAtMs: number | undefined;
  #ticket: string | undefined;
  #affinityCookie: string | undefined;

  constructor(core: RouterCore, request: RoutedRequest, reroute: Reroute) {
    this.core = core;
    this.request = request;
    this.#reroute = reroute;
    this.#table = core.table;
    const { compiled } = request.route.version;
    const cookie = compiled.hasAffinity ? cookieValue(request.head.cookie, AFFINITY_COOKIE) : undefined;
    this.#options = new PendingClaim(
      request.route.instance,
      preferredInstance(cookie, compiled.deployment.deploymentId),
      isTaskKind(request.exchange.internal?.kind),
    );
  }

  /** Sends to the claimed instance. */
  protected abstract send(claim: Claim, upstream: Upstream): void;
  /** Breaks what runs on the instance, if anything does; its failure is not to be reported any more. */
  protected abstract stopUpstream(): void;

  /** The client has not sent all of the request, or does not take the answer. */
  protected abstract get waitsForClient(): boolean;

  begin(): void {
    this.request.exchange.listener = this;
    this.claimInstance();
  }

  clientGone(): void {
    if (this.isDone) return;
    this.#options.abort();
    this.stopAndEnd(this.status || CLIENT_GONE, 'the client went away');
  }

  clientDrained(): void {}

  instanceEnded(): void {
    this.fail(pageReply(502, 'Bad Gateway', 'The instance ended before it answered.'), 'the instance ended');
  }

  protected claimInstance(): void {
    const result = this.request.route.version.pool.claim(this.#options);
    if (!(result instanceof Promise)) {
      this.#onClaim(result);
      return;
    }
    result
      .catch((error: unknown): Refused => ({ kind: 'refused', refusal: 'start-failed', reason: messageOf(error) }))
      .then((settled) => this.#onClaim(settled))
      .catch((error: unknown) =>
        this.fail(pageReply(500, 'Error: Server Error', 'The router failed.'), messageOf(error)),
      );
  }

  /** Milliseconds until the deadline. */
  protected get remainingMs(): number | undefined {
    return this.#deadlineAtMs === undefined ? undefined : this.#deadlineAtMs - this.core.clock.monotonicMs();
  }

  protected get ticket(): string | undefined {
    return this.#ticket;
  }

  /** What the router adds to the application's response; names and values, alternating. */
  protected get responseExtras(): readonly string[] {
    const { extraHeaders } = this.request;
    return this.#affinityCookie === undefined ? extraHeaders : [...extraHeaders, 'Set-Cookie', this.#affinityCookie];
  }

  /** What follows the answer, however long, says nothing about how fast the instance is. */
  protected markAnswered(): void {
    this.#answeredAtMs = this.core.clock.monotonicMs();
  }

  /** From here on only the client, the instance and the WebSocket limit can end it. */
  protected liftDeadline(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
  }

  /** Answers with a failure if that is still possible, else breaks the connection; ends the request. */
  protected fail(reply: Reply, exitReason: string, fault: InstanceFault = noFault): void {
    if (this.isDone) return;
    const { exchange } = this.request;
    if (exchange.isHeadSent) {
      this.stopAndEnd(this.status, exitReason, fault);
      exchange.cut();
      return;
    }
    this.isDone = true;
    this.stopUpstream();
    this.releaseClaim(reply.status, fault);
    const withPage = reply.status >= 500 ? failureReply(this.request, 'default', reply) : reply;
    answer(this.core, this.request, withPage, exitReason);
  }

  protected stopAndEnd(status: number, exitReason: string, fault: InstanceFault = noFault): void {
    if (this.isDone) return;
    this.isDone = true;
    this.stopUpstream();
    this.finish(status, exitReason, fault);
  }

  /** Releases and logs. */
  protected finish(status: number, exitReason?: string, fault: InstanceFault = noFault): void {
    this.isDone = true;
    const nowMs = this.core.clock.monotonicMs();
    this.releaseClaim(status, fault, nowMs);
    logRequest(this.core, this.request, { status, responseSize: this.responseSize, exitReason }, nowMs);
  }

  /** Gives the instance back; safe to call when there is none. */
  protected releaseClaim(status: number, fault: InstanceFault = noFault, nowMs = this.core.clock.monotonicMs()): void {
    this.liftDeadline();
    const claim = this.claim;
    if (!claim) return;
    this.claim = undefined;
    if (this.#upstream) this.core.upstreams.leave(this.#upstream, this, nowMs);
    if (this.#ticket !== undefined) this.core.tickets?.close(this.#ticket);
    this.#ticket = undefined;
    const latencyMs = (this.#answeredAtMs ?? nowMs) - this.#claimedAtMs;
    claim.release(fault === noFault ? { status, latencyMs } : { status, latencyMs, ...fault });
  }

  /** Routes by the current table, as if it had just come. */
  protected reroute(): void {
    this.isDone = true;
    this.request.reroutes += 1;
    this.core.counters.reroutes += 1;
    this.request.exchange.listener = undefined;
    this.#reroute(this.core, this.request);
  }

  #onClaim(result: Claim | Refused): void {
    if (this.isDone) {
      if (result.kind === 'claim') result.release({ status: CLIENT_GONE, latencyMs: 0 });
      return;
    }
    if (result.kind === 'refused') {
      this.#onRefused(result);
      return;
    }
    this.claim = result;
    this.request.claim = result;
    this.#claimedAtMs = this.core.clock.monotonicMs();
    this.#answeredAtMs = undefined;
    this.#startDeadline();
    this.#rememberInstance(result);
    this.#upstream = this.core.upstreams.join(result, this);
    this.#openTicket(result);
    this.send(result, this.#upstream);
  }

  #onRefused(refused: Refused): void {
    // A deploy took the instances away while the request was on its way: the new table knows better.
    if (this.core.table !== this.#table && this.request.reroutes < MAX_REROUTES && refused.refusal !== 'aborted') {
      this.reroute();
      return;
    }
    const reply = refusalReply(this.request, refused);
    this.isDone = true;
    if (reply) answer(this.core, this.request, reply, `${refused.refusal}: ${refused.reason}`);
    else this.finish(CLIENT_GONE, 'the client went away');
  }

  #startDeadline(): void {
    const { compiled } = this.request.route.version;
    const { internal } = this.request.exchange;
    const usual = isTaskKind(internal?.kind) ? compiled.taskDeadlineMs : compiled.requestDeadlineMs;
    const deadlineMs = internal?.deadlineMs ?? usual;
    if (deadlineMs === undefined) return;
    this.#deadlineAtMs = this.#claimedAtMs + deadlineMs;
    this.#cancelDeadline = this.core.clock.after(deadlineMs, () => this.#onDeadline(), { isBackground: true });
  }

  #onDeadline(): void {
    const isFirst = this.request.route.version.compiled.generation === 1;
    const reply = pageReply(isFirst ? 500 : 504, 'Error: Server Error', 'The application took too long to answer.');
    // First generation code was interrupted a moment ago, unless it waits for the client and could not end.
    const fault = isFirst && !this.waitsForClient ? { isOverdue: true } : {};
    this.fail(failureReply(this.request, 'timeout', reply), 'the deadline was exceeded', fault);
  }

  /** The client gets a cookie unless the one it has leads here already. */
  #rememberInstance(claim: Claim): void {
    const { head, isSecure, route } = this.request;
    const { compiled } = route.version;
    this.#affinityCookie = undefined;
    if (!compiled.hasAffinity) return;
    const { deploymentId } = compiled.deployment;
    const cookie = cookieValue(head.cookie, AFFINITY_COOKIE);
    if (preferredInstance(cookie, deploymentId) === claim.instance) return;
    this.#affinityCookie = affinityCookie(cookie, { deploymentId, instance: claim.instance }, isSecure);
  }

  #openTicket(claim: Claim): void {
    const { exchange, head, host, isSecure, requestId, route, startedAtMs, target } = this.request;
    const { deployment, hasServiceHeaders } = route.version.compiled;
    if (!hasServiceHeaders) return;
    this.#ticket = this.core.tickets?.open({
      deployment,
      instance: claim.instance,
      requestId,
      host,
      isSecure,
      isTask: isTaskKind(exchange.internal?.kind),
      method: exchange.method,
      resource: target.rawPath + target.query,
      httpVersion: `HTTP/${exchange.httpVersion}`,
      ip: this.request.clientIp,
      startedAtMs,
      ...(head.userAgent === undefined ? {} : { userAgent: head.userAgent }),
    });
  }
}

/** The signal is only made when a pool parks the request: most requests never wait. */
class PendingClaim implements ClaimOptions {
  readonly instance: string | undefined;
  readonly preferred: string | undefined;
  readonly isTask: boolean;
  #controller: AbortController | undefined;

  constructor(instance: string | undefined, preferred: string | undefined, isTask: boolean) {
    this.instance = instance;
    this.preferred = preferred;
    this.isTask = isTask;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller?.abort();
  }
}
