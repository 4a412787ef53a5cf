/** Options of `token create`. */
import * as Flags from '@oclif/core/flags';
import { failure } from '../errors.ts';

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 7 * 86_400, y: 365 * 86_400 };

/** Seconds; 0 for never. */
export const lifetimeFlag = Flags.custom<number>({
  parse: async (input, context) => {
    if (input === 'never') return 0;
    const [, amount = '', unit = ''] = /^([1-9]\d{0,5})([mhdwy])$/.exec(input) ?? [];
    const seconds = Number(amount) * (unitSeconds[unit] ?? 0);
    if (seconds > 0 && seconds <= 10 * 365 * 86_400) return seconds;
    const command = (context as { readonly id?: string }).id ?? '';
    const expected = 'a time such as 30m, 12h, 90d, 1y (at most ten years), or never';
    throw failure('usage.invalid-value', { command, what: '--expires', value: input, expected });
  },
});
