/** The service `urlfetch`: requests to the world, and to the modules of the same application as one of their own. */
import type { Clock } from '../../../support/clock.ts';
import type { InternalRequest, InternalResponse } from '../../router/internal-request.ts';
import type { RoutingTable } from '../../router/routing-table.ts';
import { ApplicationError } from '../api-problem.ts';
import { type ApiCall, type ApiService, apiMethod } from '../api-service.ts';
import {
  type FetchRequest,
  type FetchResponse,
  fetchErrors,
  fetchRequest,
  fetchResponse,
} from '../protocol/urlfetch.ts';
import type { AddressPolicy } from './address-policy.ts';
import { type CheckedFetch, checkedFetch, checkedUrl } from './checked-request.ts';
import { fetchFailure } from './fetch-failure.ts';
import { type FetchAnswer, type FetchHop, headerOf, MAX_RESPONSE_BYTES } from './fetch-hop.ts';
import { fetchOutside } from './fetch-outside.ts';
import { outgoingHeaders } from './outgoing-headers.ts';
import { applicationOfUrl } from './own-hosts.ts';

export interface UrlFetchParts extends AddressPolicy {
  readonly clock: Clock;
  readonly table: () => RoutingTable;
  readonly dispatch: (request: InternalRequest) => Promise<InternalResponse>;
}

/** App Engine's limit. */
const MAX_REDIRECTS = 5;

/** What the hops so far say about the next one. */
interface Trail {
  /** Every hop so far was to the caller's own application: nobody else chose the next address. */
  readonly isOwn: boolean;
  readonly cameFromPublic: boolean;
}

export function createUrlFetchService(parts: UrlFetchParts): ApiService {
  return { Fetch: apiMethod(fetchRequest, fetchResponse, (request, call) => fetchUrl(parts, request, call)) };
}

async function fetchUrl(parts: UrlFetchParts, request: FetchRequest, call: ApiCall): Promise<FetchResponse> {
  const checked = checkedFetch(request, call.caller.isTask);
  const late = new AbortController();
  const cancel = parts.clock.after(checked.deadlineMs, () => late.abort(), { isBackground: true });
  try {
    return await followed(parts, request, { checked, call, signal: AbortSignal.any([late.signal, call.signal]) });
  } catch (error) {
    if (!late.signal.aborted) throw error;
    throw new ApplicationError(fetchErrors.deadlineExceeded, `no answer within ${checked.deadlineMs / 1000} s`);
  } finally {
    cancel();
  }
}

async function followed(
  parts: UrlFetchParts,
  request: FetchRequest,
  { checked, call, signal }: { readonly checked: CheckedFetch; readonly call: ApiCall; readonly signal: AbortSignal },
): Promise<FetchResponse> {
  const { application } = call.caller.deployment;
  let hop: FetchHop = {
    method: checked.method,
    url: checked.url,
    headers: outgoingHeaders(
      request.header.map(({ Key, Value }) => [Key, Value]),
      application,
    ),
    body: checked.body,
    validatesCertificate: request.MustValidateServerCertificate !== false,
    signal,
  };
  let trail: Trail = { isOwn: true, cameFromPublic: false };
  for (let redirects = 0; ; redirects += 1) {
    const { answer, next } = await oneHop(parts, hop, { application, trail });
    const location = request.FollowRedirects === false ? undefined : locationOf(answer);
    if (location === undefined) return responseOf(answer, redirects > 0 ? hop.url : undefined);
    if (redirects === MAX_REDIRECTS) {
      throw new ApplicationError(fetchErrors.tooManyRedirects, `more than ${MAX_REDIRECTS} redirects`);
    }
    hop = redirected(hop, answer.status, checkedUrl(location, hop.url));
    trail = next;
  }
}

async function oneHop(
  parts: UrlFetchParts,
  hop: FetchHop,
  { application, trail }: { readonly application: string; readonly trail: Trail },
): Promise<{ readonly answer: FetchAnswer; readonly next: Trail }> {
  const target = trail.isOwn ? applicationOfUrl(parts.table(), hop.url) : undefined;
  if (target !== undefined) {
    const answer = await fetchInside(parts, hop, { application, target });
    return { answer, next: { ...trail, isOwn: target === application } };
  }
  try {
    const answer = await fetchOutside(hop, parts, trail.cameFromPublic);
    return { answer, next: { isOwn: false, cameFromPublic: trail.cameFromPublic || answer.isPublic } };
  } catch (error) {
    throw fetchFailure(error, hop.url);
  }
}

/** Through the router, marked as this application's: that is what lets it pass `login: admin` (S3). */
async function fetchInside(
  parts: UrlFetchParts,
  hop: FetchHop,
  { application, target }: { readonly application: string; readonly target: string },
): Promise<FetchAnswer> {
  const { method, url, headers, body, signal } = hop;
  const response = await parts.dispatch({
    kind: 'urlfetch',
    application: target,
    callerApplication: application,
    host: url.host,
    method,
    path: url.pathname + url.search,
    headers,
    signal,
    keepBodyBytes: MAX_RESPONSE_BYTES,
    ...(body === undefined ? {} : { body }),
  });
  if (response.status === 0) throw new ApplicationError(fetchErrors.closed, `Unable to fetch URL: ${url.href}`);
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < response.headers.length; index += 2) {
    pairs.push([response.headers[index] ?? '', response.headers[index + 1] ?? '']);
  }
  return { status: response.status, headers: pairs, body: response.body, isTruncated: response.isTruncated };
}

function locationOf({ status, headers }: FetchAnswer): string | undefined {
  return [301, 302, 303, 307, 308].includes(status) ? headerOf(headers, 'location') : undefined;
}

function redirected(hop: FetchHop, status: number, url: URL): FetchHop {
  const becomesGet = status === 303 || (status < 303 && hop.method === 'POST');
  const isElsewhere = url.origin !== hop.url.origin;
  const dropped = [...(becomesGet ? ['content-type'] : []), ...(isElsewhere ? ['authorization', 'cookie'] : [])];
  return {
    ...hop,
    url,
    method: becomesGet && hop.method !== 'HEAD' ? 'GET' : hop.method,
    body: becomesGet ? undefined : hop.body,
    headers: hop.headers.filter(([name]) => !dropped.includes(name.toLowerCase())),
  };
}

function responseOf({ status, headers, body, isTruncated }: FetchAnswer, finalUrl: URL | undefined): FetchResponse {
  return {
    Content: body,
    StatusCode: status,
    header: headers.map(([Key, Value]) => ({ Key, Value })),
    ContentWasTruncated: isTruncated,
    ...(finalUrl === undefined ? {} : { FinalUrl: finalUrl.href }),
  };
}
