/** Names resolved once, so that what was checked is what is connected to. */
import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';

export interface ResolvedName {
  readonly address: string;
  readonly family: number;
}

/** @param hostname of a URL: an address of IPv6 may be in brackets */
export async function addressesOf(hostname: string): Promise<readonly ResolvedName[]> {
  const name = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(name);
  if (family !== 0) return [{ address: name, family }];
  if (isLocalName(name)) return [{ address: '127.0.0.1', family: 4 }];
  return dnsLookup(name, { all: true });
}

/** RFC 6761: every name below `localhost` is this machine, whatever a resolver thinks. */
export function isLocalName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

/** The addresses that were checked, so that a second look-up can't answer others. */
export function onlyThese(addresses: readonly ResolvedName[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else if (first) callback(null, first.address, first.family);
    else callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 4);
  };
}
