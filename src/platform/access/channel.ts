/** How a request came in: from this machine, over TLS, or through the proxy that was announced. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

export interface Channel {
  /** From this machine, and not for somebody else: the token of the state directory counts here only. */
  readonly isLocal: boolean;
  /** IP address of who asks. */
  readonly address: string;
  /** `https://host:port` under which the caller sees the platform. */
  readonly origin: string;
}

/**
 * @param publicUrl where a proxy on this machine serves the control API
 * @returns undefined for a request that is not meant for this platform
 */
export function channelOf(message: IncomingMessage, publicUrl: URL | undefined): Channel | undefined {
  const address = message.socket.remoteAddress ?? '';
  const host = message.headers.host ?? '';
  if ((message.socket as TLSSocket).encrypted === true)
    return { isLocal: false, address, origin: `https://${host || 'localhost'}` };
  const forwarded = message.headers['x-forwarded-for'];
  const isProxied = forwarded !== undefined || message.headers.forwarded !== undefined;
  if (publicUrl !== undefined && (isProxied || host.toLowerCase() === publicUrl.host)) {
    // The last one is what our own proxy wrote; those before it are what its client said.
    const client = String(forwarded ?? '')
      .split(',')
      .at(-1)
      ?.trim();
    return { isLocal: false, address: client || address, origin: publicUrl.origin };
  }
  if (isProxied || !isLoopbackHost(host)) return undefined;
  return { isLocal: isLoopback(address), address, origin: `http://${host}` };
}

/** A web page that has a name of its own resolved to 127.0.0.1 (DNS rebinding) gets nothing here. */
function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === '127.0.0.1' || name === 'localhost' || name === '[::1]' || name.endsWith('.localhost');
}

function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\.|^::1$/.test(address);
}
