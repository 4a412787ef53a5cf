import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ResponseReader, readResponse } from '../../../../src/platform/router/wire/plain-response.ts';

const heads = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: 1\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n',
  `HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: ${'x'.repeat(5000)}\r\n\r\n`,
];
const response = fc.record({
  head: fc.constantFrom(...heads),
  body: fc.constantFrom('', 'hello', '\r\n\r\n', heads[0] as string),
  method: fc.constantFrom('GET', 'HEAD', 'POST'),
});

function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
}

it('what a connection remembers of the last response changes nothing of the next', () => {
  fc.assert(
    fc.property(fc.array(response), (responses) => {
      const reader = new ResponseReader();
      for (const { head, body, method } of responses) {
        const text = head + body;
        expect(outcome(() => reader.read(text, method))).toEqual(outcome(() => readResponse(text, method)));
      }
    }),
  );
});

it('reads the head of responses that are alike once', () => {
  const reader = new ResponseReader();
  const first = reader.read(`${heads[0]}hello`, 'GET');
  expect(reader.read(`${heads[0]}other`, 'GET')).toBe(first);
  expect(reader.read(`${heads[0]}`, 'HEAD')).not.toBe(first);
});
