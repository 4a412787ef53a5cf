/** Where a fetch may connect to: never the platform's own doors, and no way from a public server into this machine. */
import { BlockList, isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ApplicationError } from '../api-problem.ts';
import { fetchErrors } from '../protocol/urlfetch.ts';

export interface AddressPolicy {
  /** Ports of this machine behind which the platform itself or an instance listens. */
  readonly isProtectedPort: (port: number) => boolean;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly port: number;
}

const privateRanges = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateRanges.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  privateRanges.addSubnet(network, bits, 'ipv6');
}

/** This machine and its neighbours. */
export function isPrivateAddress(address: string): boolean {
  const plain = unmapped(address);
  return privateRanges.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

/**
 * @param cameFromPublic an answer of a public server led here
 * @throws ApplicationError FETCH_ERROR
 */
export function requireAllowed(
  { address, port }: ResolvedAddress,
  policy: AddressPolicy,
  cameFromPublic: boolean,
): void {
  if (isThisMachine(address) && policy.isProtectedPort(port)) {
    throw new ApplicationError(fetchErrors.fetchError, `port ${port} of this machine is the platform's own`);
  }
  if (cameFromPublic && isPrivateAddress(address)) {
    throw new ApplicationError(fetchErrors.fetchError, 'a public server may not redirect to a private address');
  }
}

function isThisMachine(address: string): boolean {
  const plain = unmapped(address);
  if (/^(127\.|0\.)/.test(plain) || plain === '::1' || plain === '::') return true;
  return Object.values(networkInterfaces()).some((own) => own?.some((one) => one.address === plain));
}

/** `::ffff:127.0.0.1`, also as `::ffff:7f00:1`, is an IPv4 address. */
function unmapped(address: string): string {
  const mapped = /^::ffff:(.+)$/i.exec(address)?.[1];
  if (mapped === undefined) return address;
  if (isIP(mapped) === 4) return mapped;
  const groups = mapped.split(':').map((group) => Number.parseInt(group, 16));
  const [high = 0, low = 0] = groups;
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}
