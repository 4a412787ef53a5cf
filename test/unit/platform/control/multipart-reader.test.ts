import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, MultipartReader } from '../../../../src/platform/control/storage/multipart-reader.ts';

function read(
  body: Buffer,
  boundary: string,
  cuts: readonly number[],
): { metadata: string; type?: string; content: Buffer } {
  const found = { metadata: '', type: undefined as string | undefined, content: [] as Buffer[] };
  const reader = new MultipartReader(boundary, {
    onMetadata: (text) => {
      found.metadata = text;
    },
    onContentStart: (type) => {
      found.type = type;
    },
    onContent: (bytes) => found.content.push(Buffer.from(bytes)),
  });
  let from = 0;
  for (const cut of [...cuts.map((at) => at % (body.length + 1)), body.length].sort((a, b) => a - b)) {
    reader.push(body.subarray(from, cut));
    from = cut;
  }
  reader.end();
  return {
    metadata: found.metadata,
    content: Buffer.concat(found.content),
    ...(found.type === undefined ? {} : { type: found.type }),
  };
}

function bodyOf(boundary: string, content: Uint8Array, endOfLine: string, end = ''): Buffer {
  const lines = [
    `--${boundary}`,
    'Content-Type: application/json',
    '',
    '{"name":"é"}',
    `--${boundary}`,
    'Content-Type: x/y',
    'MIME-Version: 1.0',
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(lines.join(endOfLine)), content, Buffer.from(`${endOfLine}--${boundary}--${end}`)]);
}

describe('a multipart upload', () => {
  it('gives its content back, however it is cut on the way and whatever is in it', () => {
    const content = fc.array(fc.constantFrom('\r', '\n', '-', '--', '--b', '\n--b', '\r\n--b--', 'x', '\n\n'), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        content,
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.nat(500), { maxLength: 5 }),
        fc.constantFrom('', '\r\n', '\n'),
        (parts, endOfLine, cuts, end) => {
          const bytes = Buffer.from(`${parts.join('')}.`);
          expect(read(bodyOf('b=+', bytes, endOfLine, end), 'b=+', cuts)).toEqual({
            metadata: '{"name":"é"}',
            type: 'x/y',
            content: bytes,
          });
        },
      ),
    );
  });

  it('is refused when it ends early', () => {
    const whole = bodyOf('b', Buffer.from('content'), '\r\n');
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => read(whole.subarray(0, length), 'b', []), String(length)).toThrow();
    }
  });

  it('names its boundary in three ways', () => {
    expect(boundaryOf("multipart/related; boundary='===12=='")).toBe('===12==');
    expect(boundaryOf('multipart/related; boundary="a b"; charset=x')).toBe('a b');
    expect(boundaryOf('multipart/related;charset=x;boundary=plain')).toBe('plain');
    expect(boundaryOf('text/plain; boundary=x')).toBeUndefined();
    expect(boundaryOf(undefined)).toBeUndefined();
  });
});
