/** What differs between the runtimes whose sockets the platform holds (S0 and S1). */
import type { VersionSpec } from '../../../model/version-spec.ts';

export interface SocketLimits {
  /** Milliseconds without any operation until a socket may be reclaimed. */
  readonly idleMs: number;
  readonly needsPaidProfile: boolean;
  /** undefined: none. */
  readonly quotas: SocketQuotas | undefined;
}

/** Most in a minute and most in a day. */
export interface Quota {
  readonly perMinute: number;
  readonly perDay: number;
}

export type SocketQuotas = Readonly<Record<QuotaName, Quota>>;
export type QuotaName = 'create' | 'connect' | 'bind' | 'send' | 'receive' | 'bytesSent' | 'bytesReceived';

/** App Engine docs, "Quotas": sockets. */
export const documentedQuotas: SocketQuotas = {
  create: { perMinute: 4_800, perDay: 864_000 },
  connect: { perMinute: 4_800, perDay: 864_000 },
  bind: { perMinute: 4_800, perDay: 864_000 },
  send: { perMinute: 3_686_400, perDay: 663_552_000 },
  receive: { perMinute: 3_686_400, perDay: 663_552_000 },
  bytesSent: { perMinute: 604 * 1024 ** 2, perDay: 104 * 1024 ** 3 },
  bytesReceived: { perMinute: 604 * 1024 ** 2, perDay: 104 * 1024 ** 3 },
};

const python: SocketLimits = { idleMs: 10 * 60_000, needsPaidProfile: false, quotas: undefined };
const java7: SocketLimits = { idleMs: 2 * 60_000, needsPaidProfile: true, quotas: documentedQuotas };

export function socketLimits(spec: VersionSpec): SocketLimits {
  return isJava7(spec) ? java7 : python;
}

/** Whether code of this version has its sockets from the platform: App Engine's restricted runtimes (S0, S1). */
export function hasPlatformSockets(spec: VersionSpec): boolean {
  return isPython27(spec) || isJava7(spec);
}

function isPython27({ runtime }: VersionSpec): boolean {
  return /^(python|python27|python-compat)$/.test(runtime);
}

/** `java` was its name before there was another one; in the flexible environment it means the newest. */
export function isJava7({ runtime, environment }: VersionSpec): boolean {
  return runtime === 'java7' || (runtime === 'java' && environment === 'standard');
}
