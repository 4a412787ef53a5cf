/** Session affinity: a cookie that brings a client back to its instance, best effort (App Engine flexible). */

export const AFFINITY_COOKIE = 'GAESA';
const MAX_AGE_SECONDS = 30 * 24 * 3600;
/** One host may lead to several modules by dispatch rules; each keeps its own instance. */
const MAX_ENTRIES = 8;

export interface AffinityEntry {
  readonly deploymentId: string;
  readonly instance: string;
}

/** The instance that a client's cookie names for this deployment. */
export function preferredInstance(cookie: string | undefined, deploymentId: string): string | undefined {
  return entriesOf(cookie).find((entry) => entry.deploymentId === deploymentId)?.instance;
}

/** The Set-Cookie value that remembers an instance, beside what the cookie remembered of other deployments. */
export function affinityCookie(cookie: string | undefined, chosen: AffinityEntry, isSecure: boolean): string {
  const others = entriesOf(cookie).filter((entry) => entry.deploymentId !== chosen.deploymentId);
  const entries = [chosen, ...others].slice(0, MAX_ENTRIES);
  const value = Buffer.from(entries.map((entry) => `${entry.deploymentId}:${entry.instance}`).join('|')).toString(
    'base64url',
  );
  const secure = isSecure ? '; Secure' : '';
  return `${AFFINITY_COOKIE}=${value}; Path=/; Max-Age=${MAX_AGE_SECONDS}; HttpOnly; SameSite=Lax${secure}`;
}

/** A cookie that is not ours means no preference. */
function entriesOf(cookie: string | undefined): readonly AffinityEntry[] {
  if (cookie === undefined || cookie.length > 2048 || !/^[\w-]+$/.test(cookie)) return [];
  const entries: AffinityEntry[] = [];
  for (const part of Buffer.from(cookie, 'base64url').toString('latin1').split('|')) {
    const match = /^([\w-]{1,64}):([\w-]{1,64})$/.exec(part);
    if (match?.[1] !== undefined && match[2] !== undefined) {
      entries.push({ deploymentId: match[1], instance: match[2] });
    }
  }
  return entries.slice(0, MAX_ENTRIES);
}
