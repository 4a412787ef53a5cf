/** What happens to the headers that an application gives to a fetch (App Engine's "URL Fetch: headers"). */

/** Framing is the service's, and the receiver must be able to believe the rest. */
const refused = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'via',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-proxyuser-ip',
]);
/** RFC 9110. */
const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const refusedPrefixes = ['x-appengine-', 'x-google-', 'x-cloudtasks-', 'x-cloudscheduler'];

export function outgoingHeaders(
  given: readonly (readonly [name: string, value: string])[],
  application: string,
): readonly (readonly [string, string])[] {
  const kept = given.filter(([name, value]) => isAllowed(name) && !/[\r\n\0]/.test(value));
  const own = kept.find(([name]) => name.toLowerCase() === 'user-agent')?.[1];
  const rest = kept.filter(([name]) => name.toLowerCase() !== 'user-agent');
  return [...rest, ['User-Agent', own === undefined ? agent(application) : `${own} ${agent(application)}`]];
}

/** A header of another kind of spelling must not get past the list either. */
function isAllowed(name: string): boolean {
  if (!token.test(name)) return false;
  const plain = name.toLowerCase().replaceAll('_', '-');
  return !refused.has(plain) && !refusedPrefixes.some((prefix) => plain.startsWith(prefix));
}

/** Receivers know applications by it (S3: "user-agent-string matches the app-id"). */
function agent(application: string): string {
  const id = application.includes('~') ? application : `s~${application}`;
  return `AppEngine-Google; (+http://code.google.com/appengine; appid: ${id})`;
}
