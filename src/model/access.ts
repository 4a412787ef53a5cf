/** Who may do what: roles, what they are granted for, and the record of what was changed. */

/** Each may do all that the ones before it may. */
export const roles = ['viewer', 'deployer', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Grant {
  readonly role: Role;
  /** The applications it is for; absent: all of them, and the platform itself. An admin's is always absent. */
  readonly applications?: readonly string[];
}

/** @param application undefined: the platform as a whole, which only a grant for all applications covers */
export function allows(grant: Grant, wanted: Role, application: string | undefined): boolean {
  if (roles.indexOf(grant.role) < roles.indexOf(wanted)) return false;
  if (grant.applications === undefined) return true;
  return application !== undefined && grant.applications.includes(application);
}

/** `deployer of shop, blog` */
export function describeGrant({ role, applications }: Grant): string {
  if (applications === undefined) return role === 'admin' ? 'admin' : `${role} of all applications`;
  return `${role} of ${applications.join(', ')}`;
}

/** Who is signed in. */
export interface Identity extends Grant {
  /** The token's name; `local` for the user whose platform it is. */
  readonly name: string;
  /** `local`: by the token in the platform's own state directory. */
  readonly kind: 'local' | 'token' | 'session';
  /** RFC 3339, UTC. */
  readonly expiresAt?: string;
}

/** A token as it is listed: never the secret itself. */
export interface TokenSummary extends Grant {
  readonly id: string;
  readonly name: string;
  /** RFC 3339, UTC, like the other times. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  readonly lastUsedAt?: string;
}

export interface NewToken extends Grant {
  readonly name: string;
  /** Absent: it does not expire. */
  readonly expiresInSeconds?: number;
}

/** The only time that the secret is seen. */
export interface TokenCreated extends TokenSummary {
  readonly token: string;
}

/** One thing that somebody changed, or was refused to change. */
export interface AuditEntry {
  /** Grows by one with each entry. */
  readonly id: number;
  /** RFC 3339, UTC. */
  readonly time: string;
  /** Name of the token, or of the user of the platform's own machine. */
  readonly actor: string;
  /** IP address that the change came from; absent for what the platform went on with by itself. */
  readonly address?: string;
  /** `release`, `traffic`, `create token` ... */
  readonly action: string;
  /** Absent: about the platform. */
  readonly application?: string;
  /** What it was done to, in the words of the interface that was used. */
  readonly target?: string;
  /** `accepted` operations have a second entry when they end. */
  readonly result: 'done' | 'accepted' | 'refused' | 'failed';
  /** Code of the error. */
  readonly error?: string;
  readonly operation?: string;
}

export interface AuditQuery {
  readonly application?: string;
  readonly actor?: string;
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number;
  /** The newest ones; 100 by default. */
  readonly limit?: number;
}
