/** Options whose value is a length of time: `90s`, `10m`, `2h`. */
import * as Flags from '@oclif/core/flags';
import { failure } from '../errors.ts';

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Answers milliseconds. */
export const durationFlag = Flags.custom<number, { readonly name: string }>({
  parse: async (input, context, { name }) => {
    const found = /^(\d{1,6})([smh])$/.exec(input);
    if (found) return Number(found[1]) * (unitsMs[found[2] ?? ''] ?? 0);
    const command = (context as { readonly id?: string }).id ?? '';
    throw failure('usage.invalid-value', {
      command,
      what: `--${name}`,
      value: input,
      expected: 'a time such as 90s, 10m or 2h',
    });
  },
});

/** Of `--wait` without a value. */
export const DEFAULT_WAIT = '10m';

export const waitFlag = {
  wait: durationFlag({
    name: 'wait',
    summary: `Wait for the lock of somebody else, so long at the most, instead of failing; ${DEFAULT_WAIT} without a value.`,
    helpValue: 'DURATION',
  }),
} as const;

/** The value is optional, and only written with `=`: what follows `--wait` may be a file. */
export function withDefaultWait(tokens: readonly string[]): readonly string[] {
  const end = tokens.indexOf('--');
  return tokens.map((token, index) =>
    token === '--wait' && (end === -1 || index < end) ? `--wait=${DEFAULT_WAIT}` : token,
  );
}
