/** What decides who may use the control API, put together. */
import type { Clock } from '../../support/clock.ts';
import { ConsoleSessions } from '../console/console-sessions.ts';
import type { StateStore } from '../store/state-store.ts';
import { AUDIT_DAYS, AuditLog } from './audit-log.ts';
import { Authenticator } from './authenticator.ts';
import { type SignInLimitOptions, SignInLimits } from './sign-in-limits.ts';
import { TokenStore } from './token-store.ts';

export interface PlatformAccess {
  readonly tokens: TokenStore;
  readonly sessions: ConsoleSessions;
  readonly audit: AuditLog;
  readonly authenticator: Authenticator;
}

export interface PlatformAccessOptions {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly localToken: string;
  readonly auditDays?: number | undefined;
  readonly limits?: SignInLimitOptions;
}

export function createPlatformAccess(options: PlatformAccessOptions): PlatformAccess {
  const { store, clock, localToken, auditDays = AUDIT_DAYS } = options;
  const tokens = new TokenStore(store, clock);
  const sessions = new ConsoleSessions(clock);
  const audit = new AuditLog(store, clock, auditDays);
  const limits = new SignInLimits(clock, options.limits);
  return { tokens, sessions, audit, authenticator: new Authenticator({ localToken, tokens, sessions, limits, audit }) };
}
