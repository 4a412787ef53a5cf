/** Whether a request comes from a person at this machine. */
import type { Exchange } from './exchange.ts';
import { isLoopbackAddress, isLoopbackName, normalizeHost } from './host-name.ts';
import { headerValue } from './request-head.ts';
import type { RouterCore } from './router-core.ts';

/** What a proxy adds: behind one, every client seems to be on this machine. */
const proxyHeaders = ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'];

/**
 * A loopback connection to a loopback name, with no trace of a proxy. The name matters: a page of another site can
 * make a browser here call this router, but only under that site's name.
 */
export function isLocalClient(core: RouterCore, exchange: Exchange, host: string | undefined): boolean {
  if (exchange.internal || !isLoopbackAddress(exchange.peerAddress)) return false;
  // A proxy that forgot to say for whom it asks.
  if (core.isTrustedProxy(exchange.peerAddress)) return false;
  const name = normalizeHost(host ?? 'localhost');
  if (name === undefined || !isLoopbackName(name)) return false;
  return !proxyHeaders.some((header) => headerValue(exchange.rawHeaders, header) !== undefined);
}
