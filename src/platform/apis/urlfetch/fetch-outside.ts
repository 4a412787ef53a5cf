/** Fetches over the network: names resolved and checked first, answers bounded and unpacked. */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { addressesOf, onlyThese, type ResolvedName } from '../../resolved-name.ts';
import { type AddressPolicy, isPrivateAddress, requireAllowed } from './address-policy.ts';
import { type FetchAnswer, type FetchHop, headerOf, MAX_RESPONSE_BYTES } from './fetch-hop.ts';

export interface OutsideAnswer extends FetchAnswer {
  readonly isPublic: boolean;
}

/** @throws ApplicationError when the address is not allowed; Node's errors otherwise */
export async function fetchOutside(
  hop: FetchHop,
  policy: AddressPolicy,
  cameFromPublic: boolean,
): Promise<OutsideAnswer> {
  const { url } = hop;
  const addresses = await addressesOf(url.hostname);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  for (const { address } of addresses) requireAllowed({ address, port }, policy, cameFromPublic);
  hop.signal.throwIfAborted();
  const response = await send(hop, addresses, port);
  const answer = await readAnswer(hop, response);
  return { ...answer, isPublic: !addresses.every(({ address }) => isPrivateAddress(address)) };
}

function send(hop: FetchHop, addresses: readonly ResolvedName[], port: number): Promise<IncomingMessage> {
  const { url, method, body, signal, validatesCertificate } = hop;
  const isSecure = url.protocol === 'https:';
  const hasOwnEncoding = headerOf(hop.headers, 'accept-encoding') !== undefined;
  const headers: string[] = ['Host', url.host, ...hop.headers.flat()];
  if (!hasOwnEncoding) headers.push('Accept-Encoding', 'gzip');
  if (body !== undefined) headers.push('Content-Length', String(body.length));
  else if (method !== 'GET' && method !== 'HEAD') headers.push('Content-Length', '0');
  const options: RequestOptions & { readonly rejectUnauthorized: boolean } = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    method,
    path: url.pathname + url.search,
    headers,
    agent: false,
    signal,
    lookup: onlyThese(addresses),
    rejectUnauthorized: validatesCertificate,
  };
  return new Promise((resolve, reject) => {
    const outgoing = isSecure ? httpsRequest(options) : httpRequest(options);
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readAnswer(hop: FetchHop, response: IncomingMessage): Promise<FetchAnswer> {
  const headers = pairsOf(response.rawHeaders);
  const isPacked =
    headerOf(hop.headers, 'accept-encoding') === undefined &&
    headerOf(headers, 'content-encoding')?.trim().toLowerCase() === 'gzip' &&
    hop.method !== 'HEAD';
  const { body, isTruncated } = await readLimited(isPacked ? unpacked(response) : response);
  response.destroy();
  return {
    status: response.statusCode ?? 0,
    headers: isPacked ? headers.filter(([name]) => !/^content-(encoding|length)$/i.test(name)) : headers,
    body,
    isTruncated,
  };
}

function unpacked(response: IncomingMessage): Readable {
  const gunzip = createGunzip();
  response.on('error', (error) => gunzip.destroy(error));
  return response.pipe(gunzip);
}

async function readLimited(stream: Readable): Promise<{ readonly body: Buffer; readonly isTruncated: boolean }> {
  const chunks: Buffer[] = [];
  let room = MAX_RESPONSE_BYTES;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, room));
    if (chunk.length > room) return { body: Buffer.concat(chunks), isTruncated: true };
    room -= chunk.length;
  }
  return { body: Buffer.concat(chunks), isTruncated: false };
}

function pairsOf(raw: readonly string[]): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return pairs;
}
