/** Options of sockets: eight have mock values and are set in vain (S0), one is real, all others are refused. */
import type { SocketOption } from '../protocol/remote-socket.ts';
import type { PlatformSocket } from './platform-socket.ts';
import { errno, permissionDenied } from './socket-problem.ts';

const SOL_SOCKET = 1;
const SOL_TCP = 6;
const SO_ERROR = 4;

/** Linux numbers, `level/option`, and the bytes that App Engine answers. */
const mockValues: Readonly<Record<string, readonly number[]>> = {
  /** SO_DEBUG */
  '1/1': [0x80, 0, 0, 0],
  /** SO_REUSEADDR */
  '1/2': [1, 0, 0, 0],
  /** SO_SNDBUF, SO_RCVBUF */
  '1/7': [0, 0, 0x20, 0],
  '1/8': [0, 0, 0x20, 0],
  /** SO_KEEPALIVE */
  '1/9': [0, 0, 0, 0],
  /** SO_OOBINLINE */
  '1/10': [0, 0, 0, 0],
  /** SO_LINGER */
  '1/13': [0, 0, 0, 0, 0, 0, 0, 0],
  /** TCP_NODELAY */
  [`${SOL_TCP}/1`]: [0, 0, 0, 0],
};

/** Throws PERMISSION_DENIED for an option that is not supported. */
export function checkOptions(options: readonly SocketOption[]): void {
  for (const option of options) mockValueOf(option);
}

/** @returns the options with their values; SO_ERROR is the socket's own, and is cleared */
export function readOptions(socket: PlatformSocket, options: readonly SocketOption[]): readonly SocketOption[] {
  return options.map((option) => ({ ...option, value: isError(option) ? errorValue(socket) : mockValueOf(option) }));
}

function mockValueOf({ level, option }: SocketOption): Uint8Array {
  const value = mockValues[`${level}/${option}`];
  if (!value) throw permissionDenied('Attempt to get/set blocked socket option.');
  return Uint8Array.from(value);
}

function isError({ level, option }: SocketOption): boolean {
  return level === SOL_SOCKET && option === SO_ERROR;
}

function errorValue(socket: PlatformSocket): Uint8Array {
  const value = Buffer.alloc(4);
  const error = socket.takeError();
  if (error !== undefined) value.writeInt32LE(errno[error]);
  return value;
}
