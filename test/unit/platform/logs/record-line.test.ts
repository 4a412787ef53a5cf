import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApplicationLog } from '../../../../src/model/log.ts';
import { LONGEST_TEXT_BYTES, parseLine, recordLine, timeOfLine } from '../../../../src/platform/logs/record-line.ts';

const record = (message: string, timeMs = 1_766_000_000_000): ApplicationLog => ({
  application: 'shop',
  module: 'default',
  version: 'one',
  level: 'info',
  kind: 'app',
  stream: 'stdout',
  message,
  timeMs,
});

describe('a record as a line', () => {
  it('comes back as it was, in one line, with its time in front', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 2 ** 48 }), (message, timeMs) => {
        const line = recordLine(record(message, timeMs));
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(timeOfLine(line)).toBe(timeMs);
        expect(parseLine(line)).toEqual(record(message, timeMs));
      }),
    );
  });

  it.each([
    ['x'.repeat(LONGEST_TEXT_BYTES), undefined],
    ['x'.repeat(LONGEST_TEXT_BYTES + 5), `${'x'.repeat(LONGEST_TEXT_BYTES)} [cut: 5 more bytes]`],
    [`${'x'.repeat(LONGEST_TEXT_BYTES - 1)}日本`, `${'x'.repeat(LONGEST_TEXT_BYTES - 1)} [cut: 6 more bytes]`],
    ['é'.repeat(LONGEST_TEXT_BYTES), `${'é'.repeat(LONGEST_TEXT_BYTES / 2)} [cut: ${LONGEST_TEXT_BYTES} more bytes]`],
  ])('is cut at 64 KiB, between characters, and says so (case %#)', (message, expected) => {
    expect(parseLine(recordLine(record(message)))).toEqual(record(expected ?? message));
  });

  it.each(['', '{', '\0\0\0', '"text"', 'null', '{"level":"info"}', '{"timeMs":12'])('skips %j', (line) => {
    expect(parseLine(line)).toBeUndefined();
  });
});
