/** The router's parsers against Node's: what they accept, Node reads in the same way, to the byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkDecoder } from '../../../../src/platform/router/wire/chunk-decoder.ts';
import { PlainRequestReader } from '../../../../src/platform/router/wire/plain-request.ts';
import { readResponse } from '../../../../src/platform/router/wire/plain-response.ts';
import { mutated, requests, responses } from './hostile-bytes.ts';
import { requestsSeenByNode, responseSeenByNode, type SeenRequest, type SeenResponse } from './node-parser.ts';

const seed = Number(process.env.WIRE_SEED ?? 20261122);
const runs = Number(process.env.WIRE_RUNS ?? 1500);
const bytesOf = (text: string) => Buffer.from(text, 'latin1');

interface PlainRequests {
  readonly seen: readonly SeenRequest[];
  /** Up to where it was read. */
  readonly text: string;
}

/** The requests that the router reads itself, until one that it leaves to Node. */
function plainRequests(text: string): PlainRequests {
  const reader = new PlainRequestReader(500);
  const seen: SeenRequest[] = [];
  let rest = text;
  while (rest !== '') {
    const request = reader.read(rest);
    if (typeof request === 'string') break;
    const end = request.bytes + request.lines.contentLength;
    if (end > rest.length) break;
    const { method, target } = request;
    seen.push({ method, target, version: '1.1', fields: request.lines.fields, body: rest.slice(request.bytes, end) });
    rest = rest.slice(end);
    if (!request.lines.keepsAlive) break;
  }
  return { seen, text: text.slice(0, text.length - rest.length) };
}

interface PlainResponse {
  readonly seen: SeenResponse;
  /** Up to where it was read. */
  readonly text: string;
}

/** Undefined when it is malformed or not complete. */
function plainResponse(text: string, method: string): PlainResponse | undefined {
  try {
    let rest = text;
    let start = readResponse(rest, method);
    while (start !== 'incomplete' && start.status < 200 && start.status !== 101) {
      rest = rest.slice(start.bytes);
      start = readResponse(rest, method);
    }
    if (start === 'incomplete' || start.status === 101) return undefined;
    const body = bodyOf(rest.slice(start.bytes), start.bodyEnd);
    if (body === undefined) return undefined;
    const end = text.length - rest.length + start.bytes + body.bytes;
    return { seen: { status: start.status, fields: start.fields, body: body.text }, text: text.slice(0, end) };
  } catch {
    return undefined;
  }
}

function bodyOf(text: string, end: number | 'chunked' | 'close') {
  if (end === 'close') return { text, bytes: text.length };
  if (end !== 'chunked') return text.length >= end ? { text: text.slice(0, end), bytes: end } : undefined;
  const decoder = new ChunkDecoder();
  let body = '';
  const bytes = decoder.push(bytesOf(text), (data) => {
    body += Buffer.from(data).toString('latin1');
  });
  return decoder.isComplete ? { text: body, bytes } : undefined;
}

describe('requests', () => {
  it.each(requests)('%j', async (text) => {
    const plain = plainRequests(text);
    expect(await requestsSeenByNode(bytesOf(plain.text))).toEqual(plain.seen);
  });

  it('changed at random', async () => {
    let accepted = 0;
    const property = fc.asyncProperty(fc.array(mutated(requests), { minLength: 1, maxLength: 2 }), async (texts) => {
      const text = texts.join('');
      const plain = plainRequests(text);
      if (plain.seen.length === 0) return;
      accepted += 1;
      expect(await requestsSeenByNode(bytesOf(plain.text))).toEqual(plain.seen);
    });
    await fc.assert(property, { numRuns: runs, seed });
    // Otherwise nothing was compared.
    expect(accepted).toBeGreaterThan(runs / 20);
  });

  it('nothing with a transfer coding, an upgrade, an expectation or two lengths is read here', () => {
    const refused = /transfer-encoding:|upgrade:|expect:|content-length:[\s\S]*content-length:/i;
    for (const text of requests) {
      const [first] = plainRequests(text).seen;
      if (first) expect(`${first.fields.join(':\n')}:`).not.toMatch(refused);
    }
  });
});

describe('responses', () => {
  it.each(responses)('%j', async (text) => {
    for (const method of ['GET', 'HEAD']) {
      const plain = plainResponse(text, method);
      if (plain) expect(await responseSeenByNode(bytesOf(plain.text), method)).toEqual(plain.seen);
    }
  });

  it('changed at random', async () => {
    let accepted = 0;
    const property = fc.asyncProperty(mutated(responses), fc.constantFrom('GET', 'HEAD'), async (text, method) => {
      const plain = plainResponse(text, method);
      if (!plain) return;
      accepted += 1;
      expect(await responseSeenByNode(bytesOf(plain.text), method)).toEqual(plain.seen);
    });
    await fc.assert(property, { numRuns: runs, seed });
    expect(accepted).toBeGreaterThan(runs / 10);
  });
});

describe('chunks', () => {
  it('come apart the same however they are cut', () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 });
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 30 }), (parts, step) => {
        const framed = parts.map(
          (part) => `${part.length.toString(16)}\r\n${Buffer.from(part).toString('latin1')}\r\n`,
        );
        const bytes = bytesOf(`${framed.join('')}0\r\nX-Trailer: y\r\n\r\nwhat follows`);
        const decoder = new ChunkDecoder();
        const data: Buffer[] = [];
        let used = 0;
        for (let at = 0; at < bytes.length && !decoder.isComplete; at += step) {
          used += decoder.push(bytes.subarray(at, at + step), (piece) => data.push(Buffer.from(piece)));
        }
        expect(decoder.isComplete).toBe(true);
        expect(bytes.toString('latin1', used)).toBe('what follows');
        expect(Buffer.concat(data)).toEqual(Buffer.concat(parts));
      }),
      { numRuns: runs, seed },
    );
  });

  it('with endless trailers or extensions end the response', () => {
    const flood = bytesOf('x'.repeat(20_000));
    for (const begin of ['5;', '0\r\n']) {
      const decoder = new ChunkDecoder();
      decoder.push(bytesOf(begin), () => {});
      expect(() => decoder.push(flood, () => {})).toThrow('malformed');
    }
  });
});
