/** The headers of a request as the instance gets them: the client's, without what it may not say, and ours. */
import type { Claim } from '../serving/version-pool.ts';
import { hasBody } from './body-rules.ts';
import { nickname } from './login-cookie.ts';
import type { RoutedRequest } from './routed-request.ts';
import type { RouterCore } from './router-core.ts';

export interface ForwardFacts {
  readonly claim: Claim;
  /** Milliseconds until the request's deadline. */
  readonly remainingMs: number | undefined;
  readonly ticket: string | undefined;
  /** The body's length when it was collected first; otherwise it goes on as it came. */
  readonly bodyLength?: number;
}

/** Names and values, alternating. */
export function forwardHeaders(core: RouterCore, request: RoutedRequest, facts: ForwardFacts): string[] {
  const { head, exchange } = request;
  const { compiled } = request.route.version;
  const headers = ['Host', request.host, ...(exchange.internal ? exchange.rawHeaders : head.passing)];
  if (facts.bodyLength !== undefined) headers.push('Content-Length', String(facts.bodyLength));
  else if (hasBody(head) && !head.isChunked) headers.push('Content-Length', String(head.contentLength));
  headers.push(...compiled.constantHeaders);
  headers.push(
    'X-Cloud-Trace-Context',
    traceContext(core, head.trace),
    'X-Appengine-Https',
    request.isSecure ? 'on' : 'off',
    'X-Appengine-User-IP',
    request.clientIp,
    'X-Appengine-Request-Log-Id',
    request.requestId,
  );
  if (facts.remainingMs !== undefined) headers.push('X-Appengine-Timeout-Ms', String(Math.round(facts.remainingMs)));
  if (facts.ticket !== undefined) headers.push('X-Appengine-Api-Ticket', facts.ticket);
  if (compiled.generation === 2) addProxyHeaders(headers, core, request);
  if (compiled.hasServiceHeaders) addServiceHeaders(headers, request);
  else if (request.user) addUser(headers, request);
  return headers;
}

function addProxyHeaders(headers: string[], core: RouterCore, request: RoutedRequest): void {
  const { acceptEncoding, forwardedFor } = request.head;
  if (acceptEncoding !== undefined) headers.push('Accept-Encoding', acceptEncoding);
  const isKept = core.trustForwardedHeaders && forwardedFor !== undefined;
  headers.push('X-Forwarded-For', isKept ? `${forwardedFor}, ${request.exchange.peerAddress}` : request.clientIp);
  headers.push('X-Forwarded-Proto', request.isSecure ? 'https' : 'http');
}

/** What the bundled services read: first generation, and `app_engine_apis: true`. */
function addServiceHeaders(headers: string[], request: RoutedRequest): void {
  headers.push('X-Appengine-Request-Id-Hash', request.requestId.slice(-8).toUpperCase());
  const { internal } = request.exchange;
  if (internal?.kind === 'urlfetch' && internal.callerApplication !== undefined) {
    headers.push('X-Appengine-Inbound-Appid', internal.callerApplication);
  }
  if (request.user) addUser(headers, request);
  else headers.push('X-Appengine-User-Is-Admin', '0');
}

function addUser(headers: string[], request: RoutedRequest): void {
  if (!request.user) return;
  const { email, id, isAdmin } = request.user;
  headers.push(
    'X-Appengine-User-Email',
    email,
    'X-Appengine-User-Id',
    id,
    'X-Appengine-User-Is-Admin',
    isAdmin ? '1' : '0',
    'X-Appengine-User-Nickname',
    nickname(email),
  );
}

const tracePattern = /^[0-9a-f]{32}(?:\/\d{1,20})?(?:;o=[01])?$/i;

/** `TRACE/SPAN;o=1`; the client's own, when it has sent a proper one. */
function traceContext(core: RouterCore, given: string | undefined): string {
  if (given !== undefined && tracePattern.test(given)) return given;
  const { randomness } = core;
  return `${randomness.hexDigits(32)}/${Math.floor(randomness.fraction() * Number.MAX_SAFE_INTEGER)};o=0`;
}
