/** The addresses of this machine, and the broadcast addresses of the networks it is in. */
import { networkInterfaces } from 'node:os';
import { type IpRange, parseRange } from './ip-address.ts';

export function ownRanges(): readonly IpRange[] {
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return found.flatMap(({ address, cidr }) => {
    const own = parseRange(address.split('%')[0] ?? '');
    const network = cidr === null ? undefined : parseRange(cidr);
    if (!own) return [];
    return network ? [own, ...broadcastOf(network)] : [own];
  });
}

/** IPv6 has none. */
function broadcastOf({ family, bytes, prefix }: IpRange): readonly IpRange[] {
  if (family === 6 || prefix > 30) return [];
  const broadcast = bytes.map((byte, index) => byte | (0xff >> Math.min(8, Math.max(0, prefix - index * 8))));
  return [{ family, bytes: broadcast, prefix: 32 }];
}
