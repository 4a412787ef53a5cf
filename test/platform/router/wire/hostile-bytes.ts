/** Requests and responses that two parsers could read differently, and what random changes make of them. */
import fc, { type Arbitrary } from 'fast-check';

const host = 'Host: shop.localhost\r\n';

export const requests: readonly string[] = [
  `GET / HTTP/1.1\r\n${host}\r\n`,
  `GET /a?b=c#d HTTP/1.1\r\n${host}Accept: */*\r\nCookie: a=b; c=d\r\nUser-Agent: x y (z)\r\n\r\n`,
  `POST /p HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhello`,
  `POST /p HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhelloGET /2 HTTP/1.1\r\n${host}\r\n`,
  `PUT /p HTTP/1.1\r\n${host}Content-Length: 0\r\nConnection: keep-alive\r\n\r\nDELETE /d HTTP/1.1\r\n${host}\r\n`,
  `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n${host}\r\n`,
  `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n${host}\r\n`,
  `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}Content-Length: 5, 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 40\r\n\r\nhelloGET /smuggled HTTP/1.1\r\n${host}\r\n`,
  `POST / HTTP/1.1\r\n${host}Content-Length: +5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}Content-Length: 0x5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}Content-Length:\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}Content-Length: 99999999999999999999\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}Content-Length : 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host} Content-Length: 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}Content_Length: 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}X: a\r\n\tContent-Length: 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}X: a\nContent-Length: 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}X: a\rContent-Length: 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}X: a\0b\r\nContent-Length: 5\r\n\r\nhello`,
  `POST / HTTP/1.1\n${host}Content-Length: 5\n\nhello`,
  `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${host}Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${host}Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\nhello`,
  `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5;a="\r\n\r\n"\r\nhello\r\n0\r\nX: y\r\n\r\n`,
  `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n`,
  `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n`,
  `GET / HTTP/1.1\r\n${host}Expect: 100-continue\r\n\r\n`,
  `GET / HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  `GET / HTTP/1.1\r\n${host}Connection: close, X-A\r\nX-A: 1\r\n\r\n`,
  `GET / HTTP/1.1\r\n${host}Host: other.localhost\r\n\r\n`,
  'GET / HTTP/1.1\r\n\r\n',
  `GET / HTTP/1.0\r\n${host}\r\n`,
  `GET / HTTP/2.0\r\n${host}\r\n`,
  `GET / HTTP/1.1 \r\n${host}\r\n`,
  `GET  / HTTP/1.1\r\n${host}\r\n`,
  `GET\t/ HTTP/1.1\r\n${host}\r\n`,
  `get / HTTP/1.1\r\n${host}\r\n`,
  `GET /\xe4 HTTP/1.1\r\n${host}X: \xe4\r\n\r\n`,
  `GET http://shop.localhost/x HTTP/1.1\r\n${host}\r\n`,
  `OPTIONS * HTTP/1.1\r\n${host}\r\n`,
  `CONNECT shop.localhost:80 HTTP/1.1\r\n${host}\r\n`,
  `\r\nGET / HTTP/1.1\r\n${host}\r\n`,
  `GET / HTTP/1.1\r\n${host}: empty\r\n\r\n`,
  `GET / HTTP/1.1\r\n${host}X\r\n\r\n`,
  `GET / HTTP/1.1\r\n${host}X(y: z\r\n\r\n`,
];

export const responses: readonly string[] = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n',
  'HTTP/1.1 200\r\nConnection: close\r\n\r\nuntil the end',
  'HTTP/1.0 200 OK\r\nServer: old\r\n\r\nuntil the end',
  'HTTP/1.1 204 No Content\r\nX: y\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!',
  'HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nX: a\0\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello',
  'HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200OK\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nhello',
];

const inserts = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked, identity\r\n',
  '0\r\n\r\n',
  '\x7f',
  '\xff',
  'GET /smuggled HTTP/1.1\r\nHost: shop.localhost\r\n\r\n',
];

/** Latin-1 text: one of `corpus`, changed in a few places. */
export function mutated(corpus: readonly string[]): Arbitrary<string> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.integer({ min: 0, max: 3 }),
    insert: fc.oneof(fc.constantFrom(...inserts), fc.string({ minLength: 0, maxLength: 3 }), fc.constant('')),
  });
  const apply = (text: string, changes: readonly { at: number; remove: number; insert: string }[]) =>
    changes.reduce((current, { at, remove, insert }) => {
      const index = Math.floor(at * current.length);
      return current.slice(0, index) + insert + current.slice(index + remove);
    }, text);
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(change, { maxLength: 3 }))
    .map(([text, changes]) => apply(text, changes));
}
