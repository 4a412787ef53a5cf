/** Lines out of chunks, and what a line says about itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, MAX_LINE_LENGTH } from '../../../../src/platform/serving/line-splitter.ts';
import { parseLine } from '../../../../src/platform/serving/log-line.ts';

function split(chunks: readonly Uint8Array[]): readonly string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => void lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.flush();
  return lines;
}

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    const text = fc.array(
      fc.string({ unit: 'grapheme', maxLength: 12 }).map((line) => line.replace(/[\r\n]/g, '')),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 200 })), (lines, cuts) => {
        const bytes = Buffer.from(`${lines.join('\n')}\n`);
        const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        let start = 0;
        const chunks = ends.map((end) => {
          const chunk = bytes.subarray(start, end);
          start = end;
          return chunk;
        });
        expect(split(chunks)).toEqual(lines);
      }),
    );
  });

  it('takes CR LF for one line end and gives out an unfinished line when flushed', () => {
    expect(split([Buffer.from('a\r\nb')])).toEqual(['a', 'b']);
    expect(split([Buffer.from('\n')])).toEqual(['']);
  });

  it('cuts a line without end into bounded pieces that together are the line, no character in half', () => {
    const line = `x${'😀'.repeat(MAX_LINE_LENGTH)}`;
    const pieces = split([Buffer.from(line)]);
    expect(pieces.length).toBe(3);
    expect(pieces.join('')).toBe(line);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(MAX_LINE_LENGTH);
      expect(Buffer.from(piece).toString()).toBe(piece);
    }
  });
});

describe('parseLine', () => {
  it.each([
    ['stdout', 'plain', 'info', 'plain'],
    ['stderr', 'plain', 'warning', 'plain'],
    ['stderr', 'ERROR: disk full', 'error', 'ERROR: disk full'],
    ['stdout', 'Warning: deprecated', 'warning', 'Warning: deprecated'],
    ['stdout', 'Error in your face', 'info', 'Error in your face'],
    [
      'stderr',
      '[2026-11-21 10:00:00 +0000] [7] [INFO] Booting worker',
      'info',
      '[2026-11-21 10:00:00 +0000] [7] [INFO] Booting worker',
    ],
    ['stdout', '[CRITICAL] melt-down', 'critical', '[CRITICAL] melt-down'],
    ['stderr', 'Traceback (most recent call last):', 'error', 'Traceback (most recent call last):'],
    ['stdout', '{"severity":"ALERT","message":"m"}', 'critical', 'm'],
    ['stderr', '{"level":"debug","msg":"m"}', 'debug', 'm'],
    ['stdout', '{"some":"data"}', 'info', '{"some":"data"}'],
    ['stdout', '{not json', 'info', '{not json'],
    ['stderr', '\x1e{"level":"error","message":"two\\nlines"}', 'error', 'two\nlines'],
    ['stderr', '\x1enot json', 'warning', 'not json'],
  ] as const)('%s %s -> %s', (stream, line, level, message) => {
    expect(parseLine(stream, line)).toEqual({ level, message });
  });

  it('keeps the request that a structured line belongs to', () => {
    expect(parseLine('stderr', '\x1e{"level":"info","message":"m","requestId":"r1"}')).toEqual({
      level: 'info',
      message: 'm',
      requestId: 'r1',
    });
  });
});
