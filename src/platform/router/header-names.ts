/** What happens to each header that a client sends (App Engine's "Request headers"; the flexible front end's list). */

export type HeaderRole =
  | 'pass'
  /** Never reaches the application: hop-by-hop, or only the platform may say it. */
  | 'strip'
  | 'host'
  | 'cookie'
  | 'content-length'
  | 'transfer-encoding'
  | 'connection'
  | 'accept-encoding'
  | 'user-agent'
  | 'referer'
  | 'x-forwarded-for'
  | 'x-forwarded-proto'
  | 'x-cloud-trace-context';

const ownRoles: readonly HeaderRole[] = [
  'host',
  'cookie',
  'content-length',
  'transfer-encoding',
  'connection',
  'accept-encoding',
  'user-agent',
  'referer',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-cloud-trace-context',
];

const hopByHop = [
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'http2-settings',
];

/** After `x-appengine-`. Names that are not here are passed on. */
const platformNames = [
  'api-ticket',
  'auth-domain',
  'backgroundrequest',
  'blobchunksize',
  'blobsize',
  'blobupload',
  'city',
  'citylatlong',
  'country',
  'cron',
  'current-namespace',
  'datacenter',
  'default-namespace',
  'default-version-hostname',
  'failfast',
  'fake-is-admin',
  'fake-logged-in',
  'federated-identity',
  'federated-provider',
  'gaia-authuser',
  'gaia-id',
  'gaia-session',
  'https',
  'inbound-appid',
  'inbound-user-email',
  'inbound-user-id',
  'inbound-user-is-admin',
  'loas-peer-username',
  'appserver-datacenter',
  'appserver-task-bns',
  'queuename',
  'region',
  'remote-addr',
  'request-id-hash',
  'request-log-id',
  'tasketa',
  'taskexecutioncount',
  'taskname',
  'taskpreviousresponse',
  'taskretrycount',
  'taskretryreason',
  'timeout-ms',
  'trusted-ip-request',
  'upload-creation',
  'user-email',
  'user-id',
  'user-is-admin',
  'user-ip',
  'user-nickname',
  'user-organization',
  'version',
];

const platformPrefixes = ['x-google-', 'x-appengine-dev-', 'x-cloudtasks-', 'x-cloudscheduler'];

const roles = new Map<string, HeaderRole>([
  ...ownRoles.map((name) => [name, name] as const),
  ...hopByHop.map((name) => [name, 'strip'] as const),
  ...platformNames.map((name) => [`x-appengine-${name}`, 'strip'] as const),
]);

/** Spellings seen, as sent. Clients choose them: bounded. */
const REMEMBERED_NAMES = 2048;
const remembered = new Map<string, HeaderRole>();

export function headerRole(name: string): HeaderRole {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const role = roleOf(name.toLowerCase());
  if (remembered.size < REMEMBERED_NAMES) remembered.set(name, role);
  return role;
}

function roleOf(name: string): HeaderRole {
  const role = roles.get(name);
  if (role !== undefined) return role;
  // CGI and WSGI make one variable of `X-A` and `X_A`: the second spelling must not get past the list either.
  const dashed = name.replaceAll('_', '-');
  if (dashed !== name && roles.has(dashed)) return 'strip';
  return platformPrefixes.some((prefix) => dashed.startsWith(prefix)) ? 'strip' : 'pass';
}
