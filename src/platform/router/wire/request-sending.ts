/** A request's body on its way to an instance, with backpressure. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

export interface SendingOptions {
  /** Bytes; undefined: chunked. */
  readonly length: number | undefined;
  readonly onSent: () => void;
  readonly onFailed: (error: Error) => void;
}

/** Head and body in one piece: one system call instead of two. */
export function wholeRequest(head: string, body: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 0, 'latin1');
  bytes.set(body, head.length);
  return bytes;
}

export function sendBody(socket: Socket, body: Readable, { length, onSent, onFailed }: SendingOptions): void {
  let sent = 0;
  const onDrain = () => body.resume();
  const onClose = () => body.destroy();
  socket.on('drain', onDrain);
  socket.once('close', onClose);
  body.on('data', (chunk: Buffer) => {
    sent += chunk.length;
    if (!write(socket, chunk, length === undefined)) body.pause();
  });
  body.once('end', () => {
    if (length === undefined) socket.write('0\r\n\r\n');
    if (length === undefined || sent === length) onSent();
    else onFailed(new Error('The body has not the length that was announced.'));
  });
  body.once('error', onFailed);
  body.once('close', () => {
    socket.off('drain', onDrain);
    socket.off('close', onClose);
  });
}

function write(socket: Socket, chunk: Uint8Array, isChunked: boolean): boolean {
  if (!isChunked) return socket.write(chunk);
  socket.cork();
  socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
  socket.write(chunk);
  const isTaken = socket.write('\r\n', 'latin1');
  socket.uncork();
  return isTaken;
}
