/** What a route asks of those who call it. Every route says so; one that does not lets nobody in. */
import type { IncomingMessage } from 'node:http';
import { failure } from '../../errors.ts';
import type { Role } from '../../model/access.ts';
import type { Caller } from './caller.ts';

/** What is known of a request before its body is read. */
export interface AddressedRequest {
  readonly message: IncomingMessage;
  /** Values of the pattern's `:name` parts, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export interface Access {
  /** `anyone`: without a token; `signed-in`: with any. */
  readonly role: Role | 'anyone' | 'signed-in';
  /** What the role must be held for; `decided-inside`: the handler asks the caller, when it has read the body. */
  readonly scope: 'application' | 'platform' | 'decided-inside';
  /** Which application a request is about; undefined for one that names none, which is refused. */
  readonly applicationOf?: (request: AddressedRequest) => string | undefined;
  /** What it changes, in a word or two for the audit log; absent: nothing. */
  readonly change?: string;
  /** The original tool can't send a token to its own machine: see APPCFG_LEGACY_WITHOUT_TOKEN. */
  readonly allowsLocalWithoutToken?: boolean;
}

/** Says nothing that is not public, or is protected by something else. */
export const anyone: Access = { role: 'anyone', scope: 'platform' };
/** Says only what concerns the caller, or what every user of the platform may know. */
export const signedIn: Access = { role: 'signed-in', scope: 'platform' };
/** Shows something of the application in the path. */
export const views: Access = { role: 'viewer', scope: 'application' };
/** Prepares a change of the application in the path, and changes nothing itself. */
export const prepares: Access = { role: 'deployer', scope: 'application' };

/** Changes the application in the path. */
export function deploys(change: string): Access {
  return { role: 'deployer', scope: 'application', change };
}

/** Concerns the platform as a whole, or all applications. */
export function administers(change?: string): Access {
  return { role: 'admin', scope: 'platform', ...(change === undefined ? {} : { change }) };
}

/** The body says which application it is about: the handler must call `caller.require`. */
export function decidesInside(change?: string): Access {
  return { role: 'signed-in', scope: 'decided-inside', ...(change === undefined ? {} : { change }) };
}

/** The same for routes that name the application elsewhere than in the parameter `:app`. */
export function of(applicationOf: NonNullable<Access['applicationOf']>, access: Access): Access {
  return { ...access, applicationOf };
}

/** @throws AppcfgError `control.forbidden`, `control.unauthorized` */
export function requireAccess(access: Access | undefined, caller: Caller | undefined, request: AddressedRequest): void {
  if (access?.role === 'anyone') return;
  if (caller === undefined) throw failure('control.unauthorized', { reason: 'no token' });
  if (access === undefined) throw forbidden(caller, 'a role that nobody has');
  if (access.role === 'signed-in') return;
  if (access.scope !== 'application') {
    caller.require(access.role, undefined);
    return;
  }
  const application = applicationOf(access, request);
  // A request that names no application is told so by its handler, but only where every answer may be seen.
  caller.require(access.role, application);
}

/** Which application a request is about; undefined for the platform, and where only the body says it. */
export function applicationOf(access: Access, request: AddressedRequest): string | undefined {
  if (access.scope !== 'application') return undefined;
  return (access.applicationOf ?? (({ parameters }) => parameters.app))(request) || undefined;
}

function forbidden({ identity }: Caller, needs: string) {
  return failure('control.forbidden', { name: identity.name, has: identity.role, needs });
}
