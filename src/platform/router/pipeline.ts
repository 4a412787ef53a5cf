/** The way of every request: head, host, route, checks, handler, and then a file or an instance. */
import { messageOf } from '../../errors.ts';
import { chooseRoute, internalHost, internalHostHeader } from './choose-route.ts';
import type { CompiledHost } from './compiled-table.ts';
import type { Exchange } from './exchange.ts';
import { plainAddress } from './host-name.ts';
import { HttpForward } from './http-forward.ts';
import { sourceAddress } from './internal-request.ts';
import { isLocalClient } from './local-client.ts';
import { LOGIN_COOKIE, type SignedInUser } from './login-cookie.ts';
import { isLoginPath, serveLogin } from './login-page.ts';
import { answer, noHandlerReply, pageReply, type Reply, sendReply, textReply } from './replies.ts';
import { bypassesHandlers, handlerProblem, requestProblem } from './request-checks.ts';
import { cookieValue, type RequestHead, readHead } from './request-head.ts';
import { logRequest } from './request-log.ts';
import { parseTarget, type RequestTarget } from './request-path.ts';
import type { Route, RoutedRequest } from './routed-request.ts';
import type { RouterCore } from './router-core.ts';
import { emptyRoutingTable } from './routing-table.ts';
import { serveStatic } from './static-files.ts';
import { TRAFFIC_COOKIE } from './traffic.ts';
import { unknownHostReply } from './unrouted.ts';
import { WebSocketTunnel } from './websocket.ts';

const TRAFFIC_COOKIE_SECONDS = 30 * 24 * 3600;

/** Told once, when an application is found for a request. */
export type OnRouted = (request: RoutedRequest) => void;

export function handleExchange(core: RouterCore, exchange: Exchange, onRouted?: OnRouted): void {
  core.counters.requests += 1;
  try {
    begin(core, exchange, onRouted);
  } catch (error) {
    // A defect of ours may cost one request, never the platform.
    warn(error);
    sendReply(exchange, defectReply);
  }
}

function begin(core: RouterCore, exchange: Exchange, onRouted: OnRouted | undefined): void {
  const head = exchange.head ?? readHead(exchange.rawHeaders);
  const target = parseTarget(exchange.target);
  const problem = malformation(core, exchange, head, target);
  if (problem || !target) {
    sendReply(exchange, problem ?? noPath);
    return;
  }
  if (exchange.bodyLength !== undefined) head.contentLength = exchange.bodyLength;
  const name = target.authority ?? head.host;
  const host = hostOf(core, exchange, name);
  if (typeof host === 'string') {
    refuseHost(core, exchange, { name, problem: host });
    return;
  }
  const clientIp = clientAddress(core, exchange, head);
  const choice = chooseRoute(core, host, routeFacts(exchange, head, target, clientIp));
  if (!choice) {
    sendReply(exchange, pageReply(404, 'Not Found', 'No version of this module takes traffic.'));
    return;
  }
  core.counters.requestsInFlight += 1;
  const nowMs = core.clock.now();
  const request: RoutedRequest = {
    exchange,
    head,
    target,
    host: hostHeader(exchange, host, name, choice.route),
    clientIp,
    isSecure: isSecure(core, exchange, head),
    requestId: requestId(core, nowMs),
    startedMs: core.clock.monotonicMs(),
    startedAtMs: nowMs,
    route: choice.route,
    user: signedInUser(core, head, choice.route),
    reroutes: 0,
    extraHeaders: extraHeaders(core, choice.route, choice.newTrafficCookie),
    collectedBody: undefined,
    claim: undefined,
    reachedInstance: false,
    isLogged: false,
  };
  onRouted?.(request);
  serve(core, request);
}

/** What no application should have to think about. */
function malformation(
  core: RouterCore,
  exchange: Exchange,
  head: RequestHead,
  target: RequestTarget | undefined,
): Reply | undefined {
  if (!target) return noPath;
  if (head.hostCount > 1) return textReply(400, 'The request has more than one Host header.');
  if (exchange.rawHeaders.length > 2 * core.maxHeaders) return textReply(431, 'Too many headers.');
  return undefined;
}

const noPath = textReply(400, 'The request has no path.');
/** The platform has not said yet what is deployed; "not found" would be remembered by whoever stands in front. */
const startingReply = textReply(503, 'The platform is starting.', ['Retry-After', '1']);

function refuseHost(
  core: RouterCore,
  exchange: Exchange,
  host: { readonly name: string | undefined; readonly problem: 'unknown-name' | 'bad-host' },
): void {
  if (host.problem === 'bad-host') sendReply(exchange, textReply(400, 'The Host header is not a host name.'));
  else if (core.table.source === emptyRoutingTable) sendReply(exchange, startingReply);
  else
    sendReply(
      exchange,
      unknownHostReply({ table: core.table, isLocalClient: isLocalClient(core, exchange, host.name) }),
    );
}

function serve(core: RouterCore, request: RoutedRequest): void {
  try {
    decide(core, request);
  } catch (error) {
    warn(error);
    if (request.exchange.isHeadSent) {
      request.exchange.cut();
      logRequest(core, request, { status: 500, responseSize: 0, exitReason: messageOf(error) });
    } else answer(core, request, defectReply, messageOf(error));
  }
}

const defectReply = pageReply(500, 'Error: Server Error', 'The router failed.');

function warn(error: unknown): void {
  process.emitWarning(`The router failed: ${messageOf(error)}`, { detail: (error as Error).stack ?? '' });
}

function decide(core: RouterCore, request: RoutedRequest): void {
  const problem = requestProblem(request);
  if (problem) {
    answer(core, request, problem);
    return;
  }
  const { exchange, route, target } = request;
  if (target.path.startsWith('/_ah/log') && isLoginPath(target.path)) {
    serveLogin(core, request);
    return;
  }
  if (bypassesHandlers(exchange.internal?.kind)) {
    forward(core, request);
    return;
  }
  const match = route.version.compiled.matchHandler(target.path);
  switch (match.kind) {
    case 'none':
      answer(core, request, noHandlerReply(target.path));
      return;
    case 'application': {
      const refusal = match.handler && handlerProblem(request, match.handler);
      if (refusal) answer(core, request, refusal);
      else forward(core, request);
      return;
    }
    case 'static': {
      const refusal = handlerProblem(request, match.handler);
      if (refusal) answer(core, request, refusal);
      else serveStatic(core, request, match.handler, match.file);
      return;
    }
  }
}

function forward(core: RouterCore, request: RoutedRequest): void {
  const work = request.exchange.upgrade
    ? new WebSocketTunnel(core, request, routeAgain)
    : new HttpForward(core, request, routeAgain);
  work.begin();
}

/** The table changed while the request waited; everything about it is decided anew. */
function routeAgain(core: RouterCore, request: RoutedRequest): void {
  const { exchange, head, target, clientIp } = request;
  const host = hostOf(core, exchange, target.authority ?? head.host);
  const facts = routeFacts(exchange, head, target, clientIp);
  const choice = typeof host === 'string' ? undefined : chooseRoute(core, host, facts);
  if (!choice) {
    answer(core, request, pageReply(404, 'Not Found', 'This address was removed.'));
    return;
  }
  request.route = choice.route;
  request.user = signedInUser(core, head, choice.route);
  request.extraHeaders = extraHeaders(core, choice.route, choice.newTrafficCookie);
  serve(core, request);
}

function hostOf(
  core: RouterCore,
  exchange: Exchange,
  name: string | undefined,
): CompiledHost | 'unknown-name' | 'bad-host' {
  return exchange.internal ? internalHost(core.table, exchange.internal) : core.table.host(name);
}

function hostHeader(exchange: Exchange, host: CompiledHost, name: string | undefined, route: Route): string {
  if (!exchange.internal) return name ?? route.version.compiled.deployment.defaultHostname;
  return exchange.internal.host ?? internalHostHeader(host.application, host.target);
}

function routeFacts(exchange: Exchange, head: RequestHead, target: RequestTarget, clientIp: string) {
  return { path: target.path, clientIp, cookies: head.cookie, isInternal: exchange.internal !== undefined };
}

function clientAddress(core: RouterCore, exchange: Exchange, head: RequestHead): string {
  if (exchange.internal) return sourceAddress(exchange.internal.kind);
  if (head.forwardedFor === undefined || !core.isTrustedProxy(exchange.peerAddress)) return exchange.peerAddress;
  // The last entry is the one that the proxy in front of us wrote; those before it are hearsay.
  const last = head.forwardedFor.slice(head.forwardedFor.lastIndexOf(',') + 1).trim();
  return last === '' ? exchange.peerAddress : plainAddress(last);
}

function isSecure(core: RouterCore, exchange: Exchange, head: RequestHead): boolean {
  if (exchange.isEncrypted) return true;
  return head.forwardedProto?.trim().toLowerCase() === 'https' && core.isTrustedProxy(exchange.peerAddress);
}

function signedInUser(core: RouterCore, head: RequestHead, route: Route): SignedInUser | undefined {
  if (head.cookie === undefined || !head.cookie.includes(LOGIN_COOKIE)) return undefined;
  return core.signer.verify(cookieValue(head.cookie, LOGIN_COOKIE), route.application.id, core.clock.now());
}

const noHeaders: readonly string[] = [];

function extraHeaders(core: RouterCore, route: Route, trafficCookie: number | undefined): readonly string[] {
  if (!core.showRelease && trafficCookie === undefined) return noHeaders;
  const headers: string[] = [];
  if (core.showRelease) headers.push('X-Appcfg-Release', route.application.release);
  if (trafficCookie !== undefined) {
    const cookie = `${TRAFFIC_COOKIE}=${trafficCookie}; Path=/; Max-Age=${TRAFFIC_COOKIE_SECONDS}`;
    headers.push('Set-Cookie', cookie);
  }
  return headers;
}

let idMs = Number.NaN;
let idTime = '';

/** Sorts by time; the log API takes hexadecimal digits. */
function requestId(core: RouterCore, nowMs: number): string {
  if (nowMs !== idMs) {
    idMs = nowMs;
    idTime = nowMs.toString(16).padStart(12, '0');
  }
  return idTime + core.randomness.hexDigits(24);
}
