/** Addresses that an application refuses (dos.yaml). */
import { BlockList, isIP } from 'node:net';
import type { DosRule } from '../../model/settings.ts';

export type DosFilter = (address: string) => boolean;

/** Undefined when there is nothing to check. */
export function compileDos(rules: readonly DosRule[]): DosFilter | undefined {
  if (rules.length === 0) return undefined;
  const list = new BlockList();
  for (const rule of rules) add(list, rule.subnet.trim());
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}

/** A subnet that is none blocks nobody; deploys refuse it. */
function add(list: BlockList, subnet: string): void {
  const [address = '', bits] = subnet.split('/');
  const version = isIP(address);
  if (version === 0) return;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const most = version === 4 ? 32 : 128;
  if (bits === undefined) {
    list.addAddress(address, family);
    return;
  }
  const prefix = Number(bits);
  if (!/^\d{1,3}$/.test(bits) || prefix > most) return;
  list.addSubnet(address, prefix, family);
}
