/** The ranges that outbound sockets may not reach (S0, S1: private, broadcast, multicast and Google's own), and the exceptions. */
import { type IpRange, parseAddress, parseRange } from './ip-address.ts';

/** Not reachable from the Internet, so only neighbours of this machine would be there. */
export const privateRanges = ranges(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15',
  '::/96 100::/64 fc00::/7 fe80::/10 fec0::/10',
  // Ways to write an IPv4 address in IPv6: what is behind them can't be judged.
  '64:ff9b::/96 64:ff9b:1::/48 2001::/32 2002::/16',
);

/** Multicast, the broadcast address and what is reserved around it. */
export const groupRanges = ranges('224.0.0.0/4 240.0.0.0/4', 'ff00::/8');

/** What Google announces for its own services, as of 2026; without the ranges of its cloud's customers. */
export const googleRanges = ranges(
  '8.8.4.0/24 8.8.8.0/24 35.190.247.0/24 35.191.0.0/16 64.233.160.0/19 66.102.0.0/20 66.249.64.0/19 70.32.128.0/19',
  '72.14.192.0/18 74.125.0.0/16 108.170.192.0/18 108.177.0.0/17 130.211.0.0/22 142.250.0.0/15 172.217.0.0/16',
  '172.253.0.0/16 173.194.0.0/16 192.178.0.0/15 193.186.4.0/24 199.36.153.0/24 207.223.160.0/20 208.65.152.0/22',
  '208.117.224.0/19 209.85.128.0/17 216.58.192.0/19 216.73.80.0/20 216.239.32.0/19',
  '2001:4860::/32 2404:6800::/32 2404:f340::/32 2605:ef80::/32 2606:40::/32 2606:73c0::/32 2607:f8b0::/32',
  '2620:120:e000::/40 2800:3f0::/32 2a00:1450::/32 2c0f:fb50::/32',
);

/** Google Public DNS on port 53, TCP and UDP. */
export const publicDns = ['8.8.8.8', '8.8.4.4', '2001:4860:4860::8888', '2001:4860:4860::8844'].map((text) => {
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is not an address`);
  return address;
});

export const DNS_PORT = 53;

/** Gmail's servers, by name: their addresses change. */
export const gmailHosts: Readonly<Record<string, readonly number[]>> = {
  'smtp.gmail.com': [465, 587],
  'pop.gmail.com': [995],
  'imap.gmail.com': [993],
};

function ranges(...lists: readonly string[]): readonly IpRange[] {
  return lists
    .flatMap((list) => list.split(' '))
    .map((text) => {
      const range = parseRange(text);
      if (!range) throw new Error(`${text} is not a range`);
      return range;
    });
}
