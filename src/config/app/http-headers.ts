/** Which response headers `http_headers` may set. */
import type { Place } from '../shape/shape.ts';
import { quoteForMessage } from '../yaml/tree.ts';

const requestOnly = new Set([
  ...['accept', 'accept-charset', 'accept-encoding', 'accept-language', 'authorization', 'expect', 'from', 'host'],
  ...['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'max-forwards'],
  ...['proxy-authorization', 'range', 'referer', 'te', 'user-agent'],
]);

const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailers'],
  ...['transfer-encoding', 'upgrade'],
]);

const ownedByPlatform = new Set(['content-encoding', 'content-length', 'date', 'server']);

const longestLine = 500;
const longestValue: Readonly<Record<string, number>> = {
  'content-security-policy': 10_240,
  'content-security-policy-report-only': 10_240,
  'x-content-security-policy': 10_240,
  'x-webkit-csp': 10_240,
  'set-cookie': 4096,
  'set-cookie2': 4096,
  location: 2047,
};

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const printable = /^[\x20-\x7e]*$/;

/** @param place of the `http_headers` mapping */
export function checkHttpHeaders(
  headers: Readonly<Record<string, string>>,
  hasMimeType: boolean,
  { path, findings }: Place,
): void {
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const here = [...path, name];
    const nameProblem = headerNameProblem(name);
    if (nameProblem !== undefined) {
      const message = `Header ${quoteForMessage(name)} ${nameProblem}.`;
      findings.error('bad-value', { path: here, message, on: 'key', hint: 'Delete it.' });
    }
    const valueProblem = headerValueProblem(name, value);
    if (valueProblem !== undefined) {
      const message = `Header ${quoteForMessage(name)} ${valueProblem}.`;
      findings.error('bad-value', { path: here, message, hint: 'Write a shorter value of plain ASCII.' });
    }
    const lower = name.toLowerCase();
    if (lower === 'content-type' && hasMimeType) {
      const message = 'The content type is given twice: by mime_type and by the Content-Type header.';
      findings.error('conflicting-keys', { path: here, message, on: 'key', hint: 'Keep mime_type.' });
    }
    const other = names.get(lower);
    if (other !== undefined) {
      const message = `Headers ${quoteForMessage(other)} and ${quoteForMessage(name)} are the same: case does not matter.`;
      findings.warning('duplicate-entry', { path: here, message, on: 'key', hint: 'Keep one of the two.' });
    }
    names.set(lower, name);
  }
}

function headerNameProblem(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (!token.test(name)) return 'has a name that is not an HTTP token: letters, digits and hyphens';
  if (requestOnly.has(lower)) return 'belongs to requests, not to responses';
  if (hopByHop.has(lower)) return 'concerns one connection only and can not be set here';
  if (ownedByPlatform.has(lower)) return 'is set by the platform';
  return lower.startsWith('x-appengine') ? 'begins with X-AppEngine, which is reserved' : undefined;
}

function headerValueProblem(name: string, value: string): string | undefined {
  if (!printable.test(value)) return 'has a value with characters that are not printable ASCII';
  const limit = longestValue[name.toLowerCase()];
  if (limit !== undefined) return value.length > limit ? `has a value longer than ${limit} characters` : undefined;
  // "Name: value" and the line end.
  const line = name.length + value.length + 4;
  return line >= longestLine ? `makes a line of ${line} bytes; it must be shorter than ${longestLine}` : undefined;
}
