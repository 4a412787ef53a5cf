/** Addresses and ranges of IPv4 and IPv6 as bytes, so that every way to write one compares equal. */
import { isIPv4, isIPv6, SocketAddress } from 'node:net';

export interface IpAddress {
  readonly family: 4 | 6;
  /** 4 or 16 bytes, in network order. */
  readonly bytes: Uint8Array;
}

export interface IpRange {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
  /** How many leading bits count. */
  readonly prefix: number;
}

/** Undefined for anything but an address; an IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. */
export function parseAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { family: 4, bytes: Uint8Array.from(text.split('.'), Number) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  return addressOf(ipv6Bytes(text));
}

/** From the wire: 4 or 16 bytes. */
export function addressOf(bytes: Uint8Array): IpAddress | undefined {
  if (bytes.length === 4) return { family: 4, bytes };
  if (bytes.length !== 16) return undefined;
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return isMapped ? { family: 4, bytes: bytes.slice(12) } : { family: 6, bytes };
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. */
export function parseRange(text: string): IpRange | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  const parsed = parseAddress(address);
  if (!parsed || rest.length > 0) return undefined;
  const width = parsed.bytes.length * 8;
  if (prefixText === undefined) return { ...parsed, prefix: width };
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > width) return undefined;
  return { ...parsed, prefix: Number(prefixText) };
}

export function isInRange(address: IpAddress, range: IpRange): boolean {
  if (address.family !== range.family) return false;
  const whole = range.prefix >> 3;
  for (let index = 0; index < whole; index += 1) if (address.bytes[index] !== range.bytes[index]) return false;
  const rest = range.prefix & 7;
  if (rest === 0) return true;
  const mask = 0xff << (8 - rest);
  return ((address.bytes[whole] ?? 0) & mask) === ((range.bytes[whole] ?? 0) & mask);
}

export function isSameAddress(one: IpAddress, other: IpAddress): boolean {
  return isInRange(one, { ...other, prefix: other.bytes.length * 8 });
}

/** The one usual way to write it (RFC 5952). */
export function addressText({ family, bytes }: IpAddress): string {
  if (family === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => groupAt(bytes, index).toString(16));
  return new SocketAddress({ family: 'ipv6', address: groups.join(':') }).address;
}

/** As it is written in a list of rules. */
export function rangeText(range: IpRange): string {
  const isOne = range.prefix === range.bytes.length * 8;
  return isOne ? addressText(range) : `${addressText(range)}/${range.prefix}`;
}

function groupAt(bytes: Uint8Array, index: number): number {
  return ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0);
}

function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail] = text.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const bytes = new Uint8Array(16);
  bytes.set(before, 0);
  bytes.set(after, 16 - after.length);
  return bytes;
}

function groupsOf(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}
