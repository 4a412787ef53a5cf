/** `v1=1,v2=3`: weights of versions on the command line. */
import { failure } from '../errors.ts';

/** @throws AppcfgError `usage.invalid-value` */
export function readSplits(text: string, command: string): Readonly<Record<string, number>> {
  const weights: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [version = '', weight = ''] = part.split('=');
    const value = Number(weight);
    if (version === '' || weight === '' || !Number.isFinite(value) || Object.hasOwn(weights, version)) {
      const expected = 'VERSION=WEIGHT for each version once, separated by commas';
      throw failure('usage.invalid-value', { command, what: '--splits', value: text, expected });
    }
    weights[version] = value;
  }
  return weights;
}
