/** `--since`: how long ago, or a moment. */
import * as Flags from '@oclif/core/flags';
import { failure } from '../errors.ts';

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Now (milliseconds since the epoch) -> the moment that was meant, the same. */
export type Moment = (nowMs: number) => number;

/** undefined when the text is neither. */
export function readMoment(text: string): Moment | undefined {
  const ago = /^(\d+)([smhd])$/.exec(text);
  if (ago) {
    const ms = Number(ago[1]) * (unitsMs[ago[2] ?? ''] ?? 0);
    return (nowMs) => nowMs - ms;
  }
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : () => time;
}

export const sinceFlag = Flags.custom<Moment>({
  parse: async (input, context) => {
    const moment = readMoment(input);
    if (moment !== undefined) return moment;
    const command = (context as { readonly id?: string }).id ?? '';
    const expected = 'a time such as 90s, 10m, 2h, 1d or 2026-01-31T12:00:00Z';
    throw failure('usage.invalid-value', { command, what: 'A time', value: input, expected });
  },
});
