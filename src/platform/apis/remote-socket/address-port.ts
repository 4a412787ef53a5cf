/** Addresses between the service's messages and Node's sockets. */
import { addressOf, addressText, parseAddress } from '../../egress/ip-address.ts';
import type { AddressPort } from '../protocol/remote-socket.ts';
import type { Endpoint } from './platform-socket.ts';
import { systemError } from './socket-problem.ts';

export function packed({ address, port }: Endpoint): AddressPort {
  const bytes = parseAddress(address)?.bytes;
  return { port, ...(bytes ? { packed_address: bytes } : {}) };
}

/** Throws EAFNOSUPPORT when the address is not of the socket's family. */
export function endpointOf({ port, packed_address: bytes }: AddressPort, family: 4 | 6): Endpoint {
  const address = addressOf(bytes ?? new Uint8Array());
  if (!address || (address.family === 6 && family === 4)) {
    throw systemError('EAFNOSUPPORT', 'Address family not supported by protocol');
  }
  // An IPv4 address in an IPv6 socket is meant as such.
  const text = addressText(address);
  return { address: address.family < family ? `::ffff:${text}` : text, port };
}

/** What a socket may be bound to: no address and no port in particular. */
export function isAnyPort({ port, packed_address: bytes }: AddressPort): boolean {
  return port === 0 && (bytes ?? []).every((byte) => byte === 0);
}

export function unboundAddress(family: 4 | 6): AddressPort {
  return { port: 0, packed_address: new Uint8Array(family === 4 ? 4 : 16) };
}
