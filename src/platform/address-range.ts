/** Ranges of IP addresses: `*`, one address, or a block with its prefix. */
import { BlockList, isIP } from 'node:net';

export type AddressTest = (address: string) => boolean;

/** Why a text is no range, as the end of a sentence; undefined when it is one. */
export function rangeProblem(range: string): string | undefined {
  return range === '*' || blockOf(range) ? undefined : 'must be *, an IP address, or a block like 192.0.2.0/24';
}

/** Undefined for a text that is no range. */
export function compileRange(range: string): AddressTest | undefined {
  if (range === '*') return () => true;
  const block = blockOf(range);
  if (!block) return undefined;
  const list = new BlockList();
  list.addSubnet(block.address, block.prefix, block.family);
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}

function blockOf(range: string) {
  const [address = '', bits, more] = range.trim().split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 0 || more !== undefined) return undefined;
  const most = version === 4 ? 32 : 128;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > most)) return undefined;
  return {
    address,
    prefix: bits === undefined ? most : Number(bits),
    family: version === 4 ? 'ipv4' : 'ipv6',
  } as const;
}
