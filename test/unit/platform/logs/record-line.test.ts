import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApplicationLog, RequestLog } from '../../../../src/model/log.ts';
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

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.webPath());
const number = fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e9, noNaN: true }));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
/** In the order of their writing; those that are undefined are not written. */
const requestRecords: fc.Arbitrary<RequestLog> = fc
  .tuple(fc.array(text, { minLength: 8, maxLength: 8 }), fc.array(number, { minLength: 4, maxLength: 4 }), fc.nat())
  .chain(([texts, numbers, timeMs]) => {
    const [
      application = '',
      module = '',
      version = '',
      method = '',
      resource = '',
      httpVersion = '',
      ip = '',
      host = '',
    ] = texts;
    const [status = 0, responseSize = 0, latencyMs = 0, pendingMs = 0] = numbers;
    const optionals = fc.record({
      ...{ instance: optional(text), requestId: optional(text), referrer: optional(text), userAgent: optional(text) },
      ...{ wasLoadingRequest: optional(fc.boolean()), taskQueue: optional(text), exitReason: optional(text) },
      flush: optional(fc.record({ requestStartedAtMs: fc.nat() })),
    });
    return optionals.map(
      ({ instance, requestId, ...rest }) =>
        ({
          ...{
            timeMs,
            kind: 'request',
            application,
            module,
            version,
            instance,
            requestId,
            level: 'info',
            method,
            resource,
          },
          ...{ httpVersion, status, responseSize, latencyMs, pendingMs, ip, host, ...rest },
        }) as RequestLog,
    );
  });

describe('the record of a request as a line', () => {
  it('is what JSON says, whatever clients send', () => {
    fc.assert(
      fc.property(requestRecords, (request) => {
        expect(recordLine(request)).toBe(`${JSON.stringify(request)}\n`);
      }),
    );
  });

  it('is cut like any other', () => {
    const [request] = fc.sample(requestRecords, { numRuns: 1, seed: 1 });
    const long = { ...request, resource: `/${'x'.repeat(LONGEST_TEXT_BYTES)}` } as RequestLog;
    expect(parseLine(recordLine(long))).toMatchObject({
      resource: `/${'x'.repeat(LONGEST_TEXT_BYTES - 1)} [cut: 1 more bytes]`,
    });
  });
});
