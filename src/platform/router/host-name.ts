/** Host headers, made comparable: without port, trailing dot and upper case. */

const hostPattern = /^[a-z0-9._~-]+$/;

/** The name in a Host header; undefined when it is not a host name or address. IPv6 addresses lose their brackets. */
export function normalizeHost(header: string): string | undefined {
  const host = header.toLowerCase();
  if (host.startsWith('[')) return bracketedAddress(host);
  const colon = host.indexOf(':');
  if (colon !== -1 && !isPort(host.slice(colon + 1))) return undefined;
  let name = colon === -1 ? host : host.slice(0, colon);
  if (name.endsWith('.')) name = name.slice(0, -1);
  if (!hostPattern.test(name) || name.startsWith('.') || name.includes('..')) return undefined;
  return name;
}

/** Names that can only mean this machine. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name);
}

export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}

/** Node reports IPv4 clients of a dual-stack socket as `::ffff:10.0.0.1`. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return '';
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

function bracketedAddress(host: string): string | undefined {
  const end = host.indexOf(']');
  if (end === -1) return undefined;
  const rest = host.slice(end + 1);
  if (rest !== '' && !(rest.startsWith(':') && isPort(rest.slice(1)))) return undefined;
  const address = host.slice(1, end);
  return /^[0-9a-f:.]+$/.test(address) ? address : undefined;
}

function isPort(text: string): boolean {
  return /^\d{0,5}$/.test(text);
}
