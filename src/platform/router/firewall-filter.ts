/** Firewall rules as one test of an address: whether it is refused. */
import { DEFAULT_RULE_PRIORITY, type FirewallRule } from '../../model/firewall.ts';
import { type AddressTest, compileRange } from '../address-range.ts';

/** Undefined when nobody is refused: there is nothing to check then. */
export function compileFirewall(rules: readonly FirewallRule[]): AddressTest | undefined {
  if (!rules.some(({ action }) => action === 'deny')) return undefined;
  const ordered = [...rules].sort((a, b) => a.priority - b.priority);
  const tests = ordered.flatMap(({ sourceRange, action, priority }) => {
    // The last rule is for everybody, whatever it says.
    const matches = compileRange(priority === DEFAULT_RULE_PRIORITY ? '*' : sourceRange);
    return matches ? [{ matches, isDenied: action === 'deny' }] : [];
  });
  return (address) => tests.find(({ matches }) => matches(address))?.isDenied ?? false;
}

/** Refused by one of them is refused. */
export function anyOf(...filters: readonly (AddressTest | undefined)[]): AddressTest | undefined {
  const present = filters.filter((filter) => filter !== undefined);
  const [first, second] = present;
  return first && second ? (address) => present.some((filter) => filter(address)) : first;
}
