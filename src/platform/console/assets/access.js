/** What the person who is signed in may do. It decides what is shown; the platform decides each request by itself. */
import { get } from './api.js';

const LOOK_ONLY = { name: '', role: 'viewer' };
let identity = LOOK_ONLY;

/** Asks the platform whose session this is. */
export async function learnAccess(signal) {
  identity = LOOK_ONLY;
  identity = await get('/whoami', signal);
}

/** `deployer of shop, blog`: the words of `appcfg whoami` */
export function grantText() {
  const { role, applications } = identity;
  if (applications === undefined) return role === 'admin' ? 'admin' : `${role} of all applications`;
  return `${role} of ${applications.join(', ')}`;
}

export function maySee(application) {
  return identity.applications === undefined || identity.applications.includes(application);
}

export function mayChange(application) {
  return identity.role !== 'viewer' && maySee(application);
}

/** Why there is nothing to press, or nothing at all, on an application's page. */
export function whyNot(application) {
  const who = `you are signed in as ${identity.name}, ${grantText()}.`;
  if (!maySee(application)) return `You can't see ${application}: ${who}`;
  return `You can look, but not change: ${who} Changes need a deployer of ${application}.`;
}
