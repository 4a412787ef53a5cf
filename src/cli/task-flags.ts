/** Options of a task that is added by hand. */
import * as Flags from '@oclif/core/flags';
import { failure } from '../errors.ts';

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function wrong(context: unknown, what: string, value: string, expected: string): Error {
  const command = (context as { readonly id?: string }).id ?? '';
  return failure('usage.invalid-value', { command, what, value, expected });
}

/** Milliseconds. */
export const delayFlag = Flags.custom<number>({
  parse: async (input, context) => {
    const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(input);
    if (match) return Math.round(Number(match[1]) * (unitsMs[match[2] ?? 's'] ?? 1));
    throw wrong(context, '--delay', input, 'a time such as 90s, 10m, 2h or 1d');
  },
});

/** Milliseconds since the epoch. */
export const timeFlag = Flags.custom<number>({
  parse: async (input, context) => {
    const time = /^\d{4}-\d{2}-\d{2}T/.test(input) ? Date.parse(input) : Number.NaN;
    if (!Number.isNaN(time)) return time;
    throw wrong(context, '--at', input, 'a time such as 2026-01-31T12:00:00Z');
  },
});

/** `Name: value` */
export const headerFlag = Flags.custom<readonly [name: string, value: string]>({
  parse: async (input, context) => {
    const colon = input.indexOf(':');
    if (colon > 0) return [input.slice(0, colon).trim(), input.slice(colon + 1).trim()];
    throw wrong(context, '--header', input, 'a header such as "Content-Type: text/plain"');
  },
});
