/** Options of the original appcfg: which of its commands had them, and why some do nothing here. */

export interface OriginalOption {
  /** With hyphens, without the leading ones. */
  readonly name: string;
  readonly letter?: string;
  readonly takesValue: boolean;
  /** Where a command of ours has no such option: the end of "--name does nothing here: ...". */
  readonly why: string;
}

/** Commands of ours that an old script may call, by the names that they have here. */
const actions: ReadonlySet<string> = new Set([
  'cron-info',
  'delete-version',
  'download-app',
  'list-versions',
  'migrate-traffic',
  'request-logs',
  'resource-limits-info',
  'rollback',
  'set-default-version',
  'start',
  'start-module-version',
  'stop',
  'stop-module-version',
  'update',
  'update-cron',
  'update-dispatch',
  'update-dos',
  'update-indexes',
  'update-queues',
  'vacuum-indexes',
]);

const notSignedIn = 'access is by the token of the platform (--token)';
const noAccount = 'there is no account to sign in with';
const notNeeded = 'this command has no use for it';
const noUpdates = 'nothing looks for updates';
const noUsageReport = 'nothing reports how it is used';
const javaStaging = 'files are deployed as they are';

const flag = (name: string, why: string, letter?: string): OriginalOption => ({
  name,
  takesValue: false,
  why,
  ...(letter === undefined ? {} : { letter }),
});
const valued = (name: string, why: string, letter?: string): OriginalOption => ({
  ...flag(name, why, letter),
  takesValue: true,
});

/** On every command of the original. */
const everywhere: readonly OriginalOption[] = [
  flag('help', notNeeded, 'h'),
  flag('quiet', notNeeded, 'q'),
  flag('verbose', notNeeded, 'v'),
  flag('noisy', notNeeded),
  valued('server', notNeeded, 's'),
  valued('application', notNeeded, 'A'),
  valued('module', notNeeded, 'M'),
  valued('version', notNeeded, 'V'),
  valued('runtime', notNeeded, 'r'),
  valued('env-variable', notNeeded, 'E'),
  flag('allow-any-runtime', notNeeded, 'R'),
  flag('secure', 'the address of --server says how to connect'),
  flag('insecure', 'the address of --server says how to connect'),
  flag('ignore-bad-cert', 'certificates are always checked'),
  valued('email', noAccount, 'e'),
  valued('host', 'requests name the host that they go to', 'H'),
  flag('no-cookies', 'no cookies are kept'),
  flag('passin', noAccount),
  flag('skip-sdk-update-check', noUpdates),
  flag('disable-update-check', noUpdates),
  flag('oauth2', notSignedIn),
  valued('oauth2-access-token', notNeeded),
  valued('oauth2-refresh-token', notSignedIn),
  valued('oauth2-client-id', notSignedIn),
  valued('oauth2-client-secret', notSignedIn),
  valued('oauth2-credential-file', notSignedIn),
  valued('oauth2-config-file', notSignedIn),
  flag('authenticate-service-account', notSignedIn),
  flag('noauth-local-webserver', notSignedIn),
  valued('source-ref', 'where the source comes from is not recorded; --message says why'),
  flag('called-by-gcloud', notNeeded),
  flag('ignore-endpoints-failures', 'there are no Endpoints here'),
  flag('no-ignore-endpoints-failures', 'there are no Endpoints here'),
  flag('no-usage-reporting', noUsageReport),
  valued('sdk-root', 'no SDK is needed'),
  valued('proxy', 'the environment says which proxy to use'),
  valued('proxy-https', 'the environment says which proxy to use'),
];

const ofUpdate: readonly OriginalOption[] = [
  flag('no-precompilation', 'nothing is compiled ahead'),
  flag('precompilation', 'nothing is compiled ahead'),
  valued('repo-info-file', 'where the source comes from is not recorded; --message says why'),
  flag('backends', 'what backends were are modules with manual or basic scaling'),
  flag('enable-jar-splitting', javaStaging),
  valued('jar-splitting-excludes', javaStaging),
  flag('disable-jar-jsps', javaStaging),
  flag('enable-jar-classes', javaStaging),
  flag('delete-jsps', javaStaging),
  flag('retain-upload-dir', javaStaging),
  valued('compile-encoding', javaStaging),
];

const ofRequestLogs: readonly OriginalOption[] = [
  valued('num-days', notNeeded, 'n'),
  flag('append', notNeeded, 'a'),
  valued('severity', notNeeded),
  valued('vhost', notNeeded),
  flag('include-vhost', notNeeded),
  flag('include-all', notNeeded),
  valued('end-date', notNeeded),
];

const own: Readonly<Record<string, readonly OriginalOption[]>> = {
  update: ofUpdate,
  rollback: [flag('force-rollback', 'there is no unfinished upload that could be in the way')],
  'vacuum-indexes': [flag('force', notNeeded, 'f')],
  'cron-info': [valued('num-runs', notNeeded, 'n')],
  'request-logs': ofRequestLogs,
};

/** Rolling a whole release back where one version was meant would be worse than refusing. */
const meant: Readonly<Record<string, ReadonlySet<string>>> = { rollback: new Set(['module', 'version']) };

/** What the original took with this command; nothing for commands that it did not have. */
export function originalOptions(id: string): readonly OriginalOption[] {
  return actions.has(id) ? [...everywhere, ...(own[id] ?? [])] : [];
}

/** What it took with any command: options may come before the command that they belong to. */
export const allOriginalOptions: readonly OriginalOption[] = [...everywhere, ...Object.values(own).flat()];

/** Whether the option may be left out where our command does not have it. */
export function isIgnorable(id: string, { name }: OriginalOption): boolean {
  return meant[id]?.has(name) !== true;
}
