/** How a call to an API fails: by the service's own code, or before a service was reached. */

/** The service's own code; every service has its own table. */
export class ApplicationError extends Error {
  readonly code: number;

  constructor(code: number, detail: string) {
    super(detail);
    this.name = 'ApplicationError';
    this.code = code;
  }
}

export const rpcErrorCodes = {
  unknown: 0,
  callNotFound: 1,
  parseError: 2,
  securityViolation: 3,
  overQuota: 4,
  requestTooLarge: 5,
  featureDisabled: 7,
  responseTooLarge: 9,
  cancelled: 10,
  deadlineExceeded: 12,
} as const;

export type RpcErrorName = keyof typeof rpcErrorCodes;

/** The call itself failed, whatever the service. */
export class RpcError extends Error {
  readonly code: number;

  constructor(name: RpcErrorName, detail: string) {
    super(detail);
    this.name = 'RpcError';
    this.code = rpcErrorCodes[name];
  }
}
