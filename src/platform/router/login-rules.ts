/** Who may call a handler with `login:` (S3 "Communication between modules"; App Engine's handler documentation). */
import type { AuthFailAction, Login } from '../../model/handler.ts';
import type { InternalKind } from './internal-request.ts';
import type { SignedInUser } from './login-cookie.ts';

export interface Caller {
  readonly user: SignedInUser | undefined;
  /** Set on requests of the platform's own. */
  readonly internal: InternalKind | undefined;
  /** `urlfetch` from code of the same application. */
  readonly isSameApplication: boolean;
}

export type LoginOutcome = 'ok' | 'redirect' | 'unauthorized' | 'not-admin';

export function loginOutcome(login: Login, onFailure: AuthFailAction, caller: Caller): LoginOutcome {
  switch (login) {
    case 'optional':
      return 'ok';
    case 'required':
      return caller.user || isLifecycle(caller.internal) ? 'ok' : failed(onFailure);
    case 'admin':
      if (isPlatform(caller) || caller.user?.isAdmin === true) return 'ok';
      return caller.user ? 'not-admin' : failed(onFailure);
  }
}

/** Everything of the platform's own is an administrator, and code of the same application is. */
function isPlatform(caller: Caller): boolean {
  if (caller.internal === undefined) return false;
  return caller.internal === 'urlfetch' ? caller.isSameApplication : true;
}

/** Tasks and cron jobs are no users; calls that begin and end an instance are always let through. */
function isLifecycle(internal: InternalKind | undefined): boolean {
  return internal === 'start' || internal === 'stop' || internal === 'warmup';
}

function failed(onFailure: AuthFailAction): LoginOutcome {
  return onFailure === 'redirect' ? 'redirect' : 'unauthorized';
}
