/** Proxies in front of the applications: what these say of their clients is believed. */
import { failure } from '../errors.ts';
import { type AddressTest, compileRange } from './address-range.ts';

/**
 * @param ranges addresses and blocks; none: nobody is believed
 * @throws AppcfgError `usage.invalid-value`
 */
export function trustedProxies(ranges: readonly string[]): AddressTest | undefined {
  if (ranges.length === 0) return undefined;
  const tests = ranges.map((range) => {
    const test = range === '*' ? undefined : compileRange(range);
    if (test) return test;
    const expected = 'the IP address of a proxy, or a block like 10.0.0.0/24';
    throw failure('usage.invalid-value', { command: 'platform run', what: '--trusted-proxy', value: range, expected });
  });
  return (address) => tests.some((test) => test(address));
}
