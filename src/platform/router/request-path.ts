/** The request target: path and query, decoded for matching, and free of `.` and `..`. */

export interface RequestTarget {
  /** As sent, without the query. */
  readonly rawPath: string;
  /** With its question mark; empty when there is none. */
  readonly query: string;
  /** Percent-decoded (UTF-8), as handlers and dispatch rules see it. */
  readonly path: string;
  /** From an absolute target (`GET http://host/path`), which wins over the Host header. */
  readonly authority?: string;
}

/** Undefined for targets that are no path (`*`, `host:port`). */
export function parseTarget(target: string): RequestTarget | undefined {
  if (!target.startsWith('/')) return parseAbsolute(target);
  const question = target.indexOf('?');
  // A fragment is never sent by honest clients and means nothing here.
  const rawPath = question === -1 ? target : target.slice(0, question);
  const query = question === -1 ? '' : target.slice(question);
  return { rawPath, query, path: decodePath(rawPath) };
}

function parseAbsolute(target: string): RequestTarget | undefined {
  const match = /^https?:\/\/([^/?#@]+)([/?].*)?$/i.exec(target);
  const authority = match?.[1];
  if (authority === undefined) return undefined;
  const rest = match?.[2] ?? '/';
  const parsed = parseTarget(rest.startsWith('/') ? rest : `/${rest}`);
  return parsed && { ...parsed, authority };
}

/** Decodes what is well-formed and leaves the rest, as Python's `unquote` does. */
export function decodePath(path: string): string {
  if (!path.includes('%') && isAscii(path)) return path;
  const bytes = Buffer.alloc(path.length);
  let length = 0;
  for (let index = 0; index < path.length; index += 1) {
    const code = path.charCodeAt(index);
    const escaped = code === 0x25 ? hexByte(path, index + 1) : -1;
    bytes[length] = escaped === -1 ? code : escaped;
    length += 1;
    if (escaped !== -1) index += 2;
  }
  return bytes.toString('utf8', 0, length);
}

/** The path without `.` and `..`; undefined when it had none. Double slashes stay. */
export function cleanPath(path: string): string | undefined {
  if (!path.includes('/.')) return undefined;
  const segments = path.split('/').slice(1);
  const kept: string[] = [];
  let changed = false;
  segments.forEach((segment, index) => {
    const isDot = segment === '.';
    if (!isDot && segment !== '..') {
      kept.push(segment);
      return;
    }
    changed = true;
    if (!isDot) kept.pop();
    if (index === segments.length - 1) kept.push('');
  });
  return changed ? `/${kept.join('/')}` : undefined;
}

/** Encodes a decoded path for a Location header. */
export function encodePath(path: string): string {
  return encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}

function hexByte(text: string, start: number): number {
  const high = hexDigit(text.charCodeAt(start));
  const low = hexDigit(text.charCodeAt(start + 1));
  return high === -1 || low === -1 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}
