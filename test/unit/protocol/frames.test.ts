import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfFrames, FRAME_HEAD_BYTES, FrameParser, frameHead } from '../../../src/protocol/frames.ts';
import { digestOf } from '../../../src/support/digest.ts';

function collect() {
  const blobs: { digest: string; size: number; content: Buffer; isFinished: boolean }[] = [];
  const parser = new FrameParser({
    begin: (digest, size) => void blobs.push({ digest, size, content: Buffer.alloc(0), isFinished: false }),
    data: (chunk) => {
      const blob = blobs.at(-1);
      if (blob) blob.content = Buffer.concat([blob.content, chunk]);
    },
    finish: () => {
      const blob = blobs.at(-1);
      if (blob) blob.isFinished = true;
    },
  });
  return { blobs, parser };
}

describe('the framed blob stream', () => {
  it('gives back the same blobs however the stream is cut into chunks', () => {
    const property = fc.property(
      fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 97 }),
      (contents, step) => {
        const bytes = Buffer.concat([
          ...contents.flatMap((content) => [frameHead(digestOf(content), content.length), content]),
          endOfFrames,
        ]);
        const { blobs, parser } = collect();
        for (let offset = 0; offset < bytes.length; offset += step) parser.push(bytes.subarray(offset, offset + step));
        expect(parser.isComplete).toBe(true);
        expect(blobs.map((blob) => [blob.digest, blob.isFinished])).toEqual(
          contents.map((content) => [digestOf(content), true]),
        );
        expect(blobs.map((blob) => [...blob.content])).toEqual(contents.map((content) => [...content]));
      },
    );
    fc.assert(property);
  });

  it('tells a cut stream from a complete one', () => {
    const content = Buffer.from('hello');
    const bytes = Buffer.concat([frameHead(digestOf(content), content.length), content]);
    const { blobs, parser } = collect();
    parser.push(bytes);
    expect(blobs).toHaveLength(1);
    expect(parser.isComplete).toBe(false);
  });

  it('refuses data after the end and impossible sizes', () => {
    const { parser } = collect();
    parser.push(endOfFrames);
    expect(() => parser.push(Buffer.from('x'))).toThrow(RangeError);
    const head = Buffer.alloc(FRAME_HEAD_BYTES, 0xff);
    expect(() => collect().parser.push(head)).toThrow(RangeError);
  });
});
