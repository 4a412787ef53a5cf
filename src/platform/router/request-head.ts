/** One pass over the headers of a request: what the router itself needs, and what is passed on. */
import { type HeaderRole, headerRole } from './header-names.ts';

export interface RequestHead {
  /** Names and values, alternating, for the instance: without those that are stripped or decided by the router. */
  passing: readonly string[];
  /** The same as lines, once they were asked for. */
  passingLines: string | undefined;
  host: string | undefined;
  hostCount: number;
  /** All Cookie headers, joined. */
  cookie: string | undefined;
  contentLength: number;
  isChunked: boolean;
  acceptEncoding: string | undefined;
  userAgent: string | undefined;
  referrer: string | undefined;
  forwardedFor: string | undefined;
  forwardedProto: string | undefined;
  trace: string | undefined;
}

export function readHead(rawHeaders: readonly string[]): RequestHead {
  const passing: string[] = [];
  const head: RequestHead = {
    passing,
    passingLines: undefined,
    host: undefined,
    hostCount: 0,
    cookie: undefined,
    contentLength: 0,
    isChunked: false,
    acceptEncoding: undefined,
    userAgent: undefined,
    referrer: undefined,
    forwardedFor: undefined,
    forwardedProto: undefined,
    trace: undefined,
  };
  let connection: string | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const value = rawHeaders[index + 1] as string;
    const role = headerRole(name);
    if (role === 'connection') connection = connection === undefined ? value : `${connection},${value}`;
    else if (take(head, role, value)) passing.push(name, value);
  }
  if (connection !== undefined) head.passing = withoutNamed(passing, connection);
  return head;
}

/** Notes what the router needs of a header; answers whether the header is passed on. */
function take(head: RequestHead, role: Exclude<HeaderRole, 'connection'>, value: string): boolean {
  switch (role) {
    case 'pass':
      return true;
    case 'strip':
      return false;
    case 'host':
      head.hostCount += 1;
      head.host = value;
      return false;
    case 'cookie':
      head.cookie = head.cookie === undefined ? value : `${head.cookie}; ${value}`;
      return true;
    case 'content-length':
      head.contentLength = Number(value);
      return false;
    case 'transfer-encoding':
      head.isChunked = true;
      return false;
    case 'accept-encoding':
      head.acceptEncoding = joined(head.acceptEncoding, value);
      return false;
    case 'user-agent':
      head.userAgent = value;
      return true;
    case 'referer':
      head.referrer = value;
      return true;
    case 'x-forwarded-for':
      head.forwardedFor = joined(head.forwardedFor, value);
      return false;
    case 'x-forwarded-proto':
      head.forwardedProto = value;
      return false;
    case 'x-cloud-trace-context':
      head.trace = value;
      return false;
  }
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}

/** Removes the headers that a Connection header names. */
function withoutNamed(passing: readonly string[], connection: string): readonly string[] {
  if (isUsualConnection(connection)) return passing;
  const named = new Set(connection.split(',').map((token) => token.trim().toLowerCase()));
  const kept: string[] = [];
  for (let index = 0; index + 1 < passing.length; index += 2) {
    const name = passing[index] as string;
    if (!named.has(name.toLowerCase())) kept.push(name, passing[index + 1] as string);
  }
  return kept;
}

function isUsualConnection(value: string): boolean {
  return value === 'keep-alive' || value === 'close' || value === 'Keep-Alive' || value === 'Upgrade';
}

/** The value of a header that the router rarely needs. @param name in lower case */
export function headerValue(rawHeaders: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const candidate = rawHeaders[index] as string;
    if (candidate.length === name.length && candidate.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return undefined;
}

/** The value of a cookie in a Cookie header. */
export function cookieValue(cookies: string | undefined, name: string): string | undefined {
  if (cookies === undefined) return undefined;
  let start = 0;
  while (start < cookies.length) {
    let end = cookies.indexOf(';', start);
    if (end === -1) end = cookies.length;
    while (cookies[start] === ' ') start += 1;
    if (cookies.startsWith(name, start) && cookies[start + name.length] === '=') {
      return cookies.slice(start + name.length + 1, end).trim();
    }
    start = end + 1;
  }
  return undefined;
}
