/** The headers of a request as the instance gets them: the client's, without what it may not say, and ours. */
import { hasBody } from './body-rules.ts';
import { nickname, type SignedInUser } from './login-cookie.ts';
import type { RequestHead } from './request-head.ts';
import type { RoutedRequest } from './routed-request.ts';
import type { RouterCore } from './router-core.ts';
import { checkedFieldLines, fieldLines } from './wire/fields.ts';

export interface ForwardFacts {
  /** Milliseconds until the request's deadline. */
  readonly remainingMs: number | undefined;
  readonly ticket: string | undefined;
  /** The body's length when it was collected first; otherwise it goes on as it came. */
  readonly bodyLength?: number;
}

/**
 * Lines, each with its end.
 * @throws InvalidFieldError when what the platform itself was asked to say can't stand in a header
 */
export function forwardHeaders(core: RouterCore, request: RoutedRequest, facts: ForwardFacts): string {
  const { exchange } = request;
  const { compiled } = request.route.version;
  const passing = exchange.internal ? checkedFieldLines(exchange.rawHeaders) : passingLines(request.head);
  let text = `Host: ${request.host}\r\n${passing}${lengthLine(request.head, facts)}${compiled.constantLines}`;
  text += `X-Cloud-Trace-Context: ${traceContext(core, request.head.trace)}\r\nX-Appengine-Https: ${
    request.isSecure ? 'on' : 'off'
  }\r\nX-Appengine-User-IP: ${request.clientIp}\r\nX-Appengine-Request-Log-Id: ${request.requestId}\r\n`;
  if (facts.remainingMs !== undefined) text += `X-Appengine-Timeout-Ms: ${Math.round(facts.remainingMs)}\r\n`;
  if (facts.ticket !== undefined) text += `X-Appengine-Api-Ticket: ${facts.ticket}\r\n`;
  if (compiled.generation === 2) text += proxyLines(core, request);
  if (compiled.hasServiceHeaders) text += serviceLines(request);
  else if (request.user) text += userLines(request.user);
  return text;
}

/** Joined once for each set of lines a client sends. */
function passingLines(head: RequestHead): string {
  head.passingLines ??= fieldLines(head.passing);
  return head.passingLines;
}

function lengthLine(head: RequestHead, { bodyLength }: ForwardFacts): string {
  if (bodyLength !== undefined) return `Content-Length: ${bodyLength}\r\n`;
  return hasBody(head) && !head.isChunked ? `Content-Length: ${head.contentLength}\r\n` : '';
}

function proxyLines(core: RouterCore, request: RoutedRequest): string {
  const { acceptEncoding, forwardedFor } = request.head;
  const encoding = acceptEncoding === undefined ? '' : `Accept-Encoding: ${acceptEncoding}\r\n`;
  const isKept = forwardedFor !== undefined && core.isTrustedProxy(request.exchange.peerAddress);
  const addresses = isKept ? `${forwardedFor}, ${request.exchange.peerAddress}` : request.clientIp;
  return `${encoding}X-Forwarded-For: ${addresses}\r\nX-Forwarded-Proto: ${request.isSecure ? 'https' : 'http'}\r\n`;
}

/** What the bundled services read: first generation, and `app_engine_apis: true`. */
function serviceLines(request: RoutedRequest): string {
  let text = `X-Appengine-Request-Id-Hash: ${request.requestId.slice(-8).toUpperCase()}\r\n`;
  const { internal } = request.exchange;
  if (internal?.kind === 'urlfetch' && internal.callerApplication !== undefined) {
    text += checkedFieldLines(['X-Appengine-Inbound-Appid', internal.callerApplication]);
  }
  return text + (request.user ? userLines(request.user) : 'X-Appengine-User-Is-Admin: 0\r\n');
}

function userLines({ email, id, isAdmin }: SignedInUser): string {
  return checkedFieldLines([
    'X-Appengine-User-Email',
    email,
    'X-Appengine-User-Id',
    id,
    'X-Appengine-User-Is-Admin',
    isAdmin ? '1' : '0',
    'X-Appengine-User-Nickname',
    nickname(email),
  ]);
}

/** Of one trace; small integers are written fastest. */
const SPANS = 2 ** 30;
const tracePattern = /^[0-9a-f]{32}(?:\/\d{1,20})?(?:;o=[01])?$/i;

/** `TRACE/SPAN;o=1`; the client's own, when it has sent a proper one. */
function traceContext(core: RouterCore, given: string | undefined): string {
  if (given !== undefined && tracePattern.test(given)) return given;
  const { randomness } = core;
  return `${randomness.hexDigits(32)}/${Math.floor(randomness.fraction() * SPANS)};o=0`;
}
