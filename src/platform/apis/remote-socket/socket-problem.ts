/** How calls of the socket service fail: Linux error numbers, in the text that App Engine's clients read. */
import { ApplicationError } from '../api-problem.ts';
import { socketErrorCodes } from '../protocol/remote-socket.ts';

/** Linux numbers on every machine: they are part of the protocol. */
export const errno = {
  EAGAIN: 11,
  EACCES: 13,
  EINVAL: 22,
  EMFILE: 24,
  EPIPE: 32,
  EMSGSIZE: 90,
  EPROTONOSUPPORT: 93,
  EOPNOTSUPP: 95,
  EAFNOSUPPORT: 97,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETUNREACH: 101,
  ECONNABORTED: 103,
  ECONNRESET: 104,
  ENOBUFS: 105,
  EISCONN: 106,
  ENOTCONN: 107,
  EDESTADDRREQ: 89,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
  EALREADY: 114,
  EINPROGRESS: 115,
  EPERM: 1,
  EIO: 5,
} as const;

export type ErrorName = keyof typeof errno;

export const gaiErrors = { EAI_NONAME: -2, EAI_AGAIN: -3, EAI_FAIL: -4 } as const;

const texts: Partial<Record<ErrorName, string>> = {
  EAGAIN: 'Resource temporarily unavailable',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EINPROGRESS: 'Operation now in progress',
  EISCONN: 'Transport endpoint is already connected',
  ENOTCONN: 'Transport endpoint is not connected',
  EPIPE: 'Broken pipe',
  ETIMEDOUT: 'Connection timed out',
};

/** @param detail why, for the application's author */
export function systemError(name: ErrorName, detail: string = texts[name] ?? name): ApplicationError {
  return new ApplicationError(socketErrorCodes.systemError, detailText(errno[name], detail));
}

export function nameError(name: keyof typeof gaiErrors, detail: string): ApplicationError {
  return new ApplicationError(socketErrorCodes.gaiError, detailText(gaiErrors[name], detail));
}

/** EACCES at the client. */
export function permissionDenied(detail: string): ApplicationError {
  return new ApplicationError(socketErrorCodes.permissionDenied, detail);
}

/** EINVAL at the client. */
export function invalidRequest(detail: string): ApplicationError {
  return new ApplicationError(socketErrorCodes.invalidRequest, detail);
}

/** EPIPE at the client. */
export function socketClosed(): ApplicationError {
  return new ApplicationError(
    socketErrorCodes.socketClosed,
    'the socket is closed, or was reclaimed because it was idle',
  );
}

/** Of an error that Node reports. */
export function errorName(error: unknown): ErrorName {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === 'string' && Object.hasOwn(errno, code) ? (code as ErrorName) : 'EIO';
}

function detailText(number: number, detail: string): string {
  return `system_error:${number} error_detail:"${detail.replaceAll('"', "'")}"`;
}
