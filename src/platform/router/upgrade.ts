/** The connection of a client that asked for another protocol. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { UpgradeSocket } from './exchange.ts';

/** Bytes a client may send before its handshake is answered. */
const MAX_EARLY_BYTES = 256 * 1024;

export function isWebSocket(request: IncomingMessage): boolean {
  const protocols = (request.headers.upgrade ?? '').toLowerCase().split(',');
  return request.method === 'GET' && protocols.some((protocol) => protocol.trim() === 'websocket');
}

/**
 * Reads on while the handshake is on its way, so that a client that goes away is noticed.
 * @param head what came with the request
 * @param onTake detaches whatever used the connection until then
 */
export function createUpgradeSocket(socket: Duplex, head: Buffer, onTake: () => void): UpgradeSocket {
  const chunks: Buffer[] = head.length > 0 ? [head] : [];
  let size = head.length;
  const onData = (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_EARLY_BYTES) socket.pause();
  };
  const onEnd = () => socket.destroy();
  const onError = () => socket.destroy();
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('error', onError);
  return {
    take() {
      socket.off('data', onData);
      socket.off('end', onEnd);
      onTake();
      return { socket, early: Buffer.concat(chunks) };
    },
  };
}

/** A request without its wish for another protocol (h2c and the like), which HTTP lets a server ignore. */
export function withoutUpgrade(request: IncomingMessage, head: Buffer): Buffer {
  const { rawHeaders } = request;
  let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (name === 'upgrade' || name === 'connection' || name === 'http2-settings') continue;
    text += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
  }
  return Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]);
}
