/** A fetch as asked for, checked against the documented limits. */
import { ApplicationError } from '../api-problem.ts';
import { type FetchRequest, fetchErrors, fetchMethods } from '../protocol/urlfetch.ts';

export interface CheckedFetch {
  readonly method: string;
  readonly url: URL;
  readonly body: Uint8Array | undefined;
  readonly deadlineMs: number;
}

const MAX_URL_LENGTH = 10_240;
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;
const DEFAULT_DEADLINE_MS = 5_000;
const MAX_DEADLINE_MS = 60_000;
const MAX_TASK_DEADLINE_MS = 10 * 60_000;
const withoutBody = new Set(['GET', 'HEAD', 'DELETE']);

/** @throws ApplicationError INVALID_URL, PAYLOAD_TOO_LARGE */
export function checkedFetch(request: FetchRequest, isTask: boolean): CheckedFetch {
  const method = fetchMethods[request.Method];
  if (method === undefined) throw new ApplicationError(fetchErrors.invalidUrl, `method ${request.Method} is unknown`);
  if (request.Url.length > MAX_URL_LENGTH) {
    throw new ApplicationError(fetchErrors.invalidUrl, `a URL may have ${MAX_URL_LENGTH} characters`);
  }
  const payload = request.Payload;
  if (payload !== undefined && payload.length > MAX_PAYLOAD_BYTES) {
    throw new ApplicationError(fetchErrors.payloadTooLarge, `a payload may have ${MAX_PAYLOAD_BYTES} bytes`);
  }
  const asked = request.Deadline !== undefined && request.Deadline > 0 ? request.Deadline * 1000 : DEFAULT_DEADLINE_MS;
  return {
    method,
    url: checkedUrl(request.Url),
    body: payload !== undefined && !withoutBody.has(method) ? payload : undefined,
    deadlineMs: Math.min(asked, isTask ? MAX_TASK_DEADLINE_MS : MAX_DEADLINE_MS),
  };
}

/** @throws ApplicationError INVALID_URL */
export function checkedUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new ApplicationError(fetchErrors.invalidUrl, `${text} is not a URL`);
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ApplicationError(fetchErrors.invalidUrl, `${url.protocol} is neither http nor https`);
  }
  if (url.port !== '' && !isAllowedPort(Number(url.port))) {
    throw new ApplicationError(fetchErrors.invalidUrl, `port ${url.port} is none of 80-90, 440-450 and 1024-65535`);
  }
  return url;
}

function isAllowedPort(port: number): boolean {
  return (port >= 80 && port <= 90) || (port >= 440 && port <= 450) || port >= 1024;
}
