/** `--gradual 10,50,100 --step 30s`: traffic that moves share by share. */
import * as Flags from '@oclif/core/flags';
import { failure } from '../errors.ts';
import { readShares, readSpan } from './gradual.ts';

/** Percent: quick enough for a script, slow enough for a look. */
export const USUAL_SHARES: readonly number[] = [10, 50, 100];
export const USUAL_PAUSE_MS = 10_000;

const sharesFlag = Flags.custom<readonly number[]>({
  parse: async (input, context) => {
    const shares = readShares(input);
    if (shares !== undefined) return shares;
    const command = (context as { readonly id?: string }).id ?? '';
    const expected = 'rising percentages such as 10,50,100';
    throw failure('usage.invalid-value', { command, what: '--gradual', value: input, expected });
  },
});

const spanFlag = Flags.custom<number>({
  parse: async (input, context) => {
    const span = readSpan(input);
    if (span !== undefined) return span;
    const command = (context as { readonly id?: string }).id ?? '';
    const expected = 'a time such as 30s, 5m or 1h';
    throw failure('usage.invalid-value', { command, what: '--step', value: input, expected });
  },
});

export const gradualFlags = {
  gradual: sharesFlag({
    summary: 'Percentages that the version has one after the other. A last one below 100 stays.',
    helpValue: 'PERCENT,...',
  }),
  step: spanFlag({ summary: 'How long each percentage lasts. Default: 10s.', helpValue: 'TIME' }),
} as const;

export const splitByFlag = Flags.option({
  options: ['ip', 'cookie', 'random'] as const,
  summary: 'What decides which version a visitor gets.',
  helpValue: 'HOW',
});
