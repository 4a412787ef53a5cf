import { describe, expect, it } from 'vitest';
import { pacificDays, pacificTime, readDate } from '../../../../src/operate/request-logs/pacific-days.ts';

const range = (days: number, end: string | undefined, now: string) => {
  const { sinceMs, untilMs } = pacificDays(days, end === undefined ? undefined : readDate(end), Date.parse(now));
  return [sinceMs === undefined ? undefined : new Date(sinceMs).toISOString(), new Date(untilMs).toISOString()];
};

describe('days in California', () => {
  it.each([
    ['today, in winter', 1, undefined, '2026-01-10T12:00:00Z', '2026-01-10T08:00:00.000Z', '2026-01-11T08:00:00.000Z'],
    [
      'today is yesterday there',
      1,
      undefined,
      '2026-01-10T07:59:59Z',
      '2026-01-09T08:00:00.000Z',
      '2026-01-10T08:00:00.000Z',
    ],
    ['in summer', 1, '2026-07-04', '2026-11-01T00:00:00Z', '2026-07-04T07:00:00.000Z', '2026-07-05T07:00:00.000Z'],
    [
      'over the change in spring',
      2,
      '2026-03-08',
      '2026-11-01T00:00:00Z',
      '2026-03-07T08:00:00.000Z',
      '2026-03-09T07:00:00.000Z',
    ],
    [
      'over the change in autumn',
      2,
      '2026-11-01',
      '2026-12-01T00:00:00Z',
      '2026-10-31T07:00:00.000Z',
      '2026-11-02T08:00:00.000Z',
    ],
    ['all', 0, '2026-07-04', '2026-11-01T00:00:00Z', undefined, '2026-07-05T07:00:00.000Z'],
  ])('%s', (_title, days, end, now, since, until) => {
    expect(range(days, end, now)).toEqual([since, until]);
  });

  it.each([
    ['2026-07-04T19:03:07.999Z', '[04/Jul/2026:12:03:07 -0700]'],
    ['2026-01-01T00:00:00.000Z', '[31/Dec/2025:16:00:00 -0800]'],
    ['2026-11-01T09:30:00.500Z', '[01/Nov/2026:01:30:00 -0800]'],
    ['2026-11-01T08:30:00.500Z', '[01/Nov/2026:01:30:00 -0700]'],
  ])('%s is %s', (instant, text) => {
    expect(pacificTime(Date.parse(instant))).toBe(text);
  });

  it.each(['2026-13-45', '2026-02-30', '2026-00-01', 'today', '26-01-01', ''])('%j is no date', (text) => {
    expect(readDate(text)).toBeUndefined();
  });
});
