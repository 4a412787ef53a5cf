/** The headers of an application's response as the client gets them. */
import type { Generation } from './deadlines.ts';

export interface ResponseHead {
  /** Names and values, alternating. */
  readonly headers: string[];
  /** Bytes, when the application said so. */
  readonly contentLength: number | undefined;
}

type ResponseRole = 'pass' | 'hop-by-hop' | 'front-end' | 'content-length' | 'content-type' | 'cache' | 'set-cookie';

const roles = new Map<string, ResponseRole>([
  ['connection', 'hop-by-hop'],
  ['keep-alive', 'hop-by-hop'],
  ['proxy-authenticate', 'hop-by-hop'],
  ['proxy-connection', 'hop-by-hop'],
  ['te', 'hop-by-hop'],
  ['trailer', 'hop-by-hop'],
  ['transfer-encoding', 'hop-by-hop'],
  ['upgrade', 'hop-by-hop'],
  // Only the platform may say these on behalf of a first generation application.
  ['date', 'front-end'],
  ['server', 'front-end'],
  ['x-appengine-blobkey', 'front-end'],
  ['content-length', 'content-length'],
  ['content-type', 'content-type'],
  ['cache-control', 'cache'],
  ['expires', 'cache'],
  ['set-cookie', 'set-cookie'],
]);

const REMEMBERED_NAMES = 2048;
const remembered = new Map<string, ResponseRole>();
const LONG_AGO = 'Fri, 01 Jan 1990 00:00:00 GMT';

export interface ResponseRules {
  readonly generation: Generation;
  readonly status: number;
  /** The router adds a cookie: shared caches must not keep the response. */
  readonly addsCookie: boolean;
}

/** @param raw names and values, alternating, as the instance sent them */
export function responseHead(raw: readonly (Buffer | string)[], rules: ResponseRules): ResponseHead {
  const isFirst = rules.generation === 1;
  const headers: string[] = [];
  let contentLength: number | undefined;
  let hasType = false;
  let hasCache = false;
  let setsCookie = rules.addsCookie;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = text(raw[index]);
    const value = text(raw[index + 1]);
    const role = roleOf(name);
    if (role === 'hop-by-hop' || (isFirst && (role === 'front-end' || !isPlain(value)))) continue;
    if (role === 'content-length') {
      contentLength = Number(value);
      if (rules.status === 204) continue;
    } else if (role === 'content-type') hasType = true;
    else if (role === 'cache') hasCache = true;
    else if (role === 'set-cookie' && isFirst) setsCookie = true;
    headers.push(name, value);
  }
  if (isFirst) addDefaults(headers, { hasType, hasCache });
  if (setsCookie) keepFromSharedCaches(headers);
  return { headers, contentLength };
}

function addDefaults(headers: string[], has: { readonly hasType: boolean; readonly hasCache: boolean }): void {
  if (!has.hasType) headers.push('Content-Type', 'text/html');
  if (!has.hasCache) headers.push('Cache-Control', 'no-cache', 'Expires', LONG_AGO);
}

/** A response with a cookie is one client's: `public` goes, `private` comes, and it is stale at once. */
function keepFromSharedCaches(headers: string[]): void {
  let hasExpires = false;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = (headers[index] as string).toLowerCase();
    if (name === 'expires') {
      headers[index + 1] = LONG_AGO;
      hasExpires = true;
    }
    if (name !== 'cache-control') continue;
    const directives = (headers[index + 1] as string).split(',').map((directive) => directive.trim());
    if (!directives.some((directive) => directive.toLowerCase() === 'public')) continue;
    const kept = directives.filter((directive) => !/^(public|private)$/i.test(directive));
    headers[index + 1] = ['private', ...kept].join(', ');
    if (!hasExpires) headers.push('Expires', LONG_AGO);
    hasExpires = true;
  }
}

/** First generation: values with characters outside 32 to 127 are dropped. */
function isPlain(value: string): boolean {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

function roleOf(name: string): ResponseRole {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const role = roles.get(name.toLowerCase()) ?? 'pass';
  if (remembered.size < REMEMBERED_NAMES) remembered.set(name, role);
  return role;
}

function text(value: Buffer | string | undefined): string {
  return typeof value === 'string' ? value : (value?.toString('latin1') ?? '');
}
