import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../src/platform/router/conditional.ts';
import { responseHead } from '../../../../src/platform/router/response-headers.ts';

const file = { etag: '"abc"', modifiedMs: Date.UTC(2026, 0, 2), size: 1000 };
const at = (ms: number) => new Date(ms).toUTCString();
const outcome = (...headers: readonly string[]) => {
  const result = evaluate(headers, file);
  return result.status === 206 ? `206 ${result.range.start}-${result.range.end}` : result.status;
};

describe('conditions and ranges', () => {
  it.each([
    [[], 200],
    [['If-None-Match', '"abc"'], 304],
    [['If-None-Match', 'W/"abc"'], 304],
    [['If-None-Match', '"x", "abc"'], 304],
    [['If-None-Match', '*'], 304],
    [['If-None-Match', '"x"'], 200],
    [['If-None-Match', '"x"', 'If-Modified-Since', at(file.modifiedMs)], 200],
    [['If-Modified-Since', at(file.modifiedMs)], 304],
    [['If-Modified-Since', at(file.modifiedMs - 1000)], 200],
    [['If-Modified-Since', 'yesterday'], 200],
    [['If-Match', '"abc"'], 200],
    [['If-Match', '*'], 200],
    [['If-Match', '"x"'], 412],
    [['If-Match', 'W/"abc"'], 412],
    [['If-Unmodified-Since', at(file.modifiedMs - 1000)], 412],
    [['If-Unmodified-Since', at(file.modifiedMs)], 200],
    [['Range', 'bytes=0-0'], '206 0-0'],
    [['Range', 'bytes=10-'], '206 10-999'],
    [['Range', 'bytes=-10'], '206 990-999'],
    [['Range', 'bytes=-5000'], '206 0-999'],
    [['Range', 'bytes=990-5000'], '206 990-999'],
    [['Range', 'bytes=1000-'], 416],
    [['Range', 'bytes=-0'], 416],
    [['Range', 'bytes=5-2'], 200],
    [['Range', 'bytes=0-1,5-6'], 200],
    [['Range', 'lines=1-2'], 200],
    [['Range', 'bytes=-'], 200],
    [['Range', 'bytes=0-0', 'If-Range', '"abc"'], '206 0-0'],
    [['Range', 'bytes=0-0', 'If-Range', '"old"'], 200],
    [['Range', 'bytes=0-0', 'If-Range', at(file.modifiedMs)], '206 0-0'],
    [['Range', 'bytes=0-0', 'If-None-Match', '"abc"'], 304],
  ] as const)('%j: %s', (headers, expected) => {
    expect(outcome(...headers)).toBe(expected);
  });

  it('an empty file has no ranges', () => {
    expect(evaluate(['Range', 'bytes=0-'], { ...file, size: 0 }).status).toBe(416);
  });
});

describe('response headers', () => {
  const first = { generation: 1, status: 200, addsCookie: false } as const;
  const second = { ...first, generation: 2 } as const;
  const names = (headers: readonly string[]) => headers.filter((_, index) => index % 2 === 0);
  const get = (headers: readonly string[], name: string) => headers[headers.indexOf(name) + 1];

  it('3.3j lose what belongs to one connection', () => {
    const raw = [
      'Connection',
      'x',
      'Keep-Alive',
      'x',
      'Transfer-Encoding',
      'x',
      'Upgrade',
      'x',
      'Trailer',
      'x',
      'TE',
      'x',
      'X-A',
      '1',
    ];
    expect(responseHead(raw, second).headers).toEqual(['X-A', '1']);
  });

  it('of the second generation pass as they are', () => {
    const raw = [
      'Server',
      'mine',
      'Date',
      'then',
      'X-AppEngine-BlobKey',
      'k',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'X-Umlaut',
      '\u00e4',
      'Cache-Control',
      'public',
    ];
    expect(responseHead(raw, second).headers).toEqual(raw);
  });

  it("3.3k of the first generation are the front end's where it says so, with its defaults", () => {
    const { headers } = responseHead(
      ['server', 'mine', 'date', 'then', 'x-appengine-blobkey', 'k', 'X-Umlaut', '\u00e4', 'X-A', '1'],
      first,
    );
    expect(names(headers)).toEqual(['X-A', 'Content-Type', 'Cache-Control', 'Expires']);
    expect(get(headers, 'Content-Type')).toBe('text/html');
    expect(get(headers, 'Cache-Control')).toBe('no-cache');
    expect(get(headers, 'Expires')).toBe('Fri, 01 Jan 1990 00:00:00 GMT');
  });

  it('of the first generation keep what the application decided', () => {
    const raw = ['content-type', 'text/x', 'expires', 'soon'];
    expect(responseHead(raw, first).headers).toEqual(raw);
  });

  it('3.3k with a cookie are kept from shared caches', () => {
    const raw = ['Cache-Control', 'public, max-age=60', 'Content-Type', 'a', 'Set-Cookie', 'a=1'];
    const { headers } = responseHead(raw, first);
    expect(get(headers, 'Cache-Control')).toBe('private, max-age=60');
    expect(get(headers, 'Expires')).toBe('Fri, 01 Jan 1990 00:00:00 GMT');
    const affinity = responseHead(['Cache-Control', 'public, max-age=60'], { ...second, addsCookie: true });
    expect(get(affinity.headers, 'Cache-Control')).toBe('private, max-age=60');
  });

  it('3.3l report the length, and drop it where there is no body', () => {
    expect(responseHead(['Content-Length', '5'], second)).toEqual({
      headers: ['Content-Length', '5'],
      contentLength: 5,
    });
    expect(responseHead(['Content-Length', '0'], { ...second, status: 204 }).headers).toEqual([]);
  });
});
