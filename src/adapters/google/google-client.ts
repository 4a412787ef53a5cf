/** JSON requests to Google's APIs: repeated when that is safe and may help, pages gathered, errors of the catalogue. */
import { type Backoff, backoffSeconds } from '../../support/backoff.ts';
import type { Clock } from '../../support/clock.ts';
import { isTransient, refusalOf, statusOf } from './refusal.ts';
import type { HttpAnswer, HttpRequest, Transport } from './transport.ts';

export interface ApiRequest extends Omit<HttpRequest, 'body'> {
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  /** Doing it twice is the same as doing it once. True of everything but POST. */
  readonly isRepeatable?: boolean;
}

export interface GoogleClient {
  readonly clock: Clock;
  /** @throws AppcfgError for every status from 400 on */
  json<T>(request: ApiRequest): Promise<T>;
  /** The answer as it came; statuses below 400, and those that are expected. @throws like json */
  raw(request: ApiRequest, expected?: readonly number[]): Promise<HttpAnswer>;
  /** All pages of a list. undefined when there is no such thing (404). */
  list<T>(request: ApiRequest, field: string): Promise<readonly T[] | undefined>;
  close(): Promise<void>;
}

/** Starts fast; together about half a minute, as long as gcloud tries. */
const backoff: Backoff = { minSeconds: 0.2, maxSeconds: 10, maxDoublings: 6 };
const MOST_REPETITIONS = 7;
/** A server may say how long to wait; not for ever. */
const MOST_RETRY_AFTER_SECONDS = 60;
const MOST_PAGES = 1000;

export function createGoogleClient(transport: Transport, clock: Clock): GoogleClient {
  const raw: GoogleClient['raw'] = async (request, expected = []) => {
    const { json, bytes, isRepeatable = request.method !== 'POST', ...http } = request;
    const body = json === undefined ? bytes : JSON.stringify(json);
    const headers = json === undefined ? request.headers : { 'content-type': 'application/json', ...request.headers };
    const sent: HttpRequest = { ...http, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) };
    for (let repetition = 1; ; repetition += 1) {
      let retryAfter = 0;
      try {
        const answer = await transport.send(sent);
        if ((answer.status >= 200 && answer.status < 300) || expected.includes(answer.status)) return answer;
        retryAfter = Number(answer.header('retry-after')) || 0;
        throw refusalOf(sent, answer);
      } catch (error) {
        // What was too much was not done: to ask again is safe then, whatever it was.
        const isSafe = isRepeatable || statusOf(error) === 429;
        if (!isSafe || !isTransient(error) || repetition > MOST_REPETITIONS || request.signal?.aborted) throw error;
        const seconds = Math.max(Math.min(retryAfter, MOST_RETRY_AFTER_SECONDS), backoffSeconds(backoff, repetition));
        await clock.sleep(seconds * 1000, request.signal);
      }
    }
  };
  const json = async <T>(request: ApiRequest): Promise<T> => {
    const { body } = await raw(request);
    return (body.length === 0 ? {} : JSON.parse(body.toString('utf8'))) as T;
  };
  return { clock, raw, json, list: (request, field) => listAll(json, request, field), close: () => transport.close() };
}

async function listAll<T>(
  json: GoogleClient['json'],
  request: ApiRequest,
  field: string,
): Promise<readonly T[] | undefined> {
  const found: T[] = [];
  let pageToken: string | undefined;
  try {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await json<Readonly<Record<string, unknown>>>({
        ...request,
        query: { ...request.query, pageToken },
      });
      found.push(...((answer[field] ?? []) as readonly T[]));
      pageToken = (answer.nextPageToken as string | undefined) || undefined;
      if (pageToken === undefined) break;
    }
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
  return found;
}
