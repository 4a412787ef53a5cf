/** One request to a receiver: the name resolved once and checked, no redirect followed, of the answer only the beginning read. */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { failure } from '../../errors.ts';
import { onlyThese, type ResolvedName } from '../resolved-name.ts';

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends it, wherever it stands. */
  readonly signal: AbortSignal;
  /** Asked once; what it answers is what is connected to. */
  readonly resolve: (hostname: string) => Promise<readonly ResolvedName[]>;
  /** Why an address must not be connected to. */
  readonly problemOf: (address: string) => string | undefined;
}

export interface PostAnswer {
  readonly status: number;
  /** The beginning of the body. */
  readonly response: string;
}

const KEPT_BYTES = 500;

/** @throws AppcfgError `webhook.refused-address`; the signal's reason; Node's errors */
export async function post({ url, headers, body, signal, resolve, problemOf }: Post): Promise<PostAnswer> {
  const addresses = await orAborted(resolve(url.hostname), signal);
  for (const { address } of addresses) {
    const reason = problemOf(address);
    if (reason !== undefined) throw failure('webhook.refused-address', { url: url.origin, reason });
  }
  const response = await send({ url, headers, body, signal, addresses });
  const status = response.statusCode ?? 0;
  return { status, response: await beginningOf(response) };
}

function send(
  options: Pick<Post, 'url' | 'headers' | 'body' | 'signal'> & { readonly addresses: readonly ResolvedName[] },
): Promise<IncomingMessage> {
  const { url, headers, body, signal, addresses } = options;
  const request: RequestOptions = {
    method: 'POST',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname + url.search,
    headers: { host: url.host, ...headers },
    // A connection of its own: what was checked is what is used.
    agent: false,
    lookup: onlyThese(addresses),
    signal,
  };
  return new Promise((resolve, reject) => {
    const outgoing = url.protocol === 'https:' ? httpsRequest(request) : httpRequest(request);
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The status has been answered: whatever becomes of the rest does not change it. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let room = KEPT_BYTES;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, room));
      room -= chunk.length;
      if (room <= 0) break;
    }
  } catch {
    // Cut off, or too slow.
  }
  response.destroy();
  return Buffer.concat(chunks).toString('utf8');
}

/** A resolver can't be told to stop. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
