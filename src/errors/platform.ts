/** Errors of platform. */
import { entry } from './entry.ts';

function limitHint(what: string): string {
  switch (what) {
    case 'instances':
      return 'Write a smaller number for manual_scaling.instances or basic_scaling.max_instances.';
    case 'cron jobs':
      return 'Take cron jobs out of cron.yaml.';
    case 'versions':
      return 'Delete versions that are no longer needed: appcfg delete-version';
    default:
      return 'Delete modules that are no longer needed, each with its last version: appcfg delete-version';
  }
}

const unauthorized = {
  'no token': 'The platform wants a token, and none was sent.',
  unknown: 'The platform does not know the token of this request.',
  expired: 'The token of this request has expired.',
  revoked: 'The token of this request was revoked.',
  ended: 'The session of this request has ended.',
} as const;

export const platformErrors = {
  'platform.port-in-use': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly port: number; readonly what: string }) =>
      `Port ${d.port} (${d.what}) is in use by another program.`,
    hints: () => ['Choose another one with APPCFG_PORT and APPCFG_CONTROL_PORT, or 0 for any free port.'],
  }),
  'instance.start-failed': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: {
      readonly module: string;
      readonly version: string;
      readonly reason: string;
      readonly output: readonly string[];
      /** `missing-dependency`, `wrong-port` ... */
      readonly problem?: string | undefined;
      readonly suggestion?: string | undefined;
    }) => `Version ${d.version} of module ${d.module} did not start: ${d.reason}.`,
    hints: (d) => (d.suggestion === undefined ? [] : [d.suggestion]),
  }),
  'platform.closing': entry({
    fault: 'environment',
    exitCode: 1,
    message: (_: Readonly<Record<string, never>>) => 'The platform is stopping.',
    hints: () => ['Run the command again; the platform goes on with what was accepted when it starts again.'],
  }),
  'platform.not-running': entry({
    fault: 'user',
    exitCode: 1,
    message: (_: Readonly<Record<string, never>>) => 'The platform is not running.',
    hints: () => ['Start it: appcfg platform start'],
  }),
  'platform.start-failed': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly reason: string; readonly log: string }) => `The platform did not start: ${d.reason}.`,
    hints: (d) => [`Its log: ${d.log}`],
  }),
  'platform.other-version': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly platform: string; readonly tool: string }) =>
      `The platform that runs here is appcfg ${d.platform}, and this tool is appcfg ${d.tool}; they do not speak the same protocol.`,
    hints: () => ['Restart the platform with this version: appcfg platform restart'],
  }),
  'platform.prices-invalid': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly source: string; readonly reason: string; readonly names: readonly string[] }) =>
      `The prices in ${d.source} can't be used: ${d.reason}.`,
    hints: (d) => [
      `Write a JSON object with amounts in US dollars and hours, for example {"frontendHour": 0.05}.`,
      `Names: ${d.names.join(', ')}`,
    ],
  }),
  'control.unauthorized': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly reason: 'no token' | 'unknown' | 'expired' | 'revoked' | 'ended' }) =>
      // A later platform may have reasons that this tool does not know.
      unauthorized[d.reason] ?? `The platform did not accept the token: ${d.reason}.`,
    hints: () => ['Sign in: appcfg login', 'A new token is made on the server: appcfg token create'],
  }),
  'control.forbidden': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly name: string; readonly has: string; readonly needs: string }) =>
      `${d.name} is ${d.has} and may not do this, which takes the role ${d.needs}.`,
    hints: () => ['See who you are: appcfg whoami', 'Ask an admin of the platform for a token that may.'],
  }),
  'control.too-many-requests': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly who: string; readonly waitSeconds: number }) =>
      `The platform got too many ${d.who === 'this address' ? 'wrong tokens' : 'requests'} from ${d.who}.`,
    hints: (d) => [`Try again in ${d.waitSeconds} seconds.`],
  }),
  'platform.listen-unsafe': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly missing: 'certificate' | 'token' }) =>
      d.missing === 'certificate'
        ? 'The control API listens beyond this machine over TLS only, and no certificate is named.'
        : 'The control API opens beyond this machine only when somebody can sign in, and there is no token yet.',
    hints: (d) =>
      d.missing === 'certificate'
        ? [
            'Name a certificate and its key: --tls-cert FILE --tls-key FILE',
            'Or let a proxy on this machine end TLS: --public-url https://appcfg.example.com',
          ]
        : [
            'Make one, as the user that runs the platform: appcfg token create laptop --role admin; appcfg platform stop',
          ],
  }),
  'platform.bad-certificate': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly file: string; readonly reason: string }) => `${d.file} can't be used for TLS: ${d.reason}.`,
    hints: () => ['Both files are in PEM format; the certificate file may hold the whole chain, its own first.'],
  }),
  'token.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly token: string }) => `The platform has no token ${d.token}.`,
    hints: () => ['See the tokens: appcfg token list'],
  }),
  'token.exists': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly name: string }) => `There is a token ${d.name} already.`,
    hints: (d) => ['Choose another name.', `Or revoke it first: appcfg token revoke ${d.name}`],
  }),
  'console.code-refused': entry({
    fault: 'user',
    exitCode: 1,
    message: (_: Readonly<Record<string, never>>) => 'This code was used, or it is too old.',
    hints: () => ['Ask for a new one: appcfg console'],
  }),
  'control.bad-request': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly request: string; readonly reason: string }) =>
      `The platform can't use ${d.request}: ${d.reason}.`,
  }),
  'control.no-route': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly request: string }) => `The platform has nothing at ${d.request}.`,
    hints: () => ['Tool and platform may be of different versions: appcfg platform status'],
  }),
  'control.too-large': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly request: string; readonly limit: number }) =>
      `The body of ${d.request} is over ${d.limit} bytes.`,
  }),
  'upload.cut': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly blobs: number }) => `The upload ended early, after ${d.blobs} complete files.`,
    hints: () => ['Run the command again: complete files are not sent twice.'],
  }),
  'request.reused': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly requestId: string; readonly operation: string }) =>
      `The request id ${d.requestId} was used before, for another request (operation ${d.operation}).`,
    hints: () => ['Give every change an id of its own; only a repetition of the same request may carry the same one.'],
  }),
  'release.invalid': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly reason: string }) =>
      `This release of application ${d.application} is refused: ${d.reason}.`,
  }),
  'release.limit': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: {
      readonly application: string;
      readonly profile: string;
      readonly what: string;
      readonly current: number;
      readonly count: number;
      readonly limit: number;
      readonly module?: string;
      readonly version?: string;
      readonly diagnostics?: readonly unknown[];
    }) =>
      d.what === 'instances'
        ? `Version ${d.version} of module ${d.module} would have up to ${d.count} instances; the profile ${d.profile} of application ${d.application} allows ${d.limit}.`
        : `Application ${d.application} would have ${d.count} ${d.what} (now ${d.current}); its profile ${d.profile} allows ${d.limit}.`,
    hints: (d) => [
      limitHint(d.what),
      ...(d.profile === 'free'
        ? [`Or choose a profile with more room: appcfg set-profile paid-us -A ${d.application}`]
        : []),
    ],
  }),
  'release.none-before': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string }) =>
      `Application ${d.application} has no release before the current one.`,
  }),
  'version.not-manual': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly module: string; readonly version: string; readonly scaling: string }) =>
      `Version ${d.version} of module ${d.module} has ${d.scaling} scaling; the number of instances can only be set with manual scaling.`,
  }),
  'version.automatic': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly module: string; readonly version: string; readonly action: string }) =>
      `Version ${d.version} of module ${d.module} has automatic scaling and can't be ${d.action}: its instances come and go with the traffic.`,
  }),
  'version.has-traffic': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly module: string; readonly version: string }) =>
      `Version ${d.version} of module ${d.module} receives traffic, so it is not deleted.`,
    hints: (d) => [`Move the traffic first: appcfg set-default-version -M ${d.module} -V <another version>`],
  }),
  'version.pinned': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: {
      readonly application: string;
      readonly module: string;
      readonly version: string;
      readonly releases: readonly string[];
    }) =>
      `Version ${d.version} of module ${d.module} is needed by ${d.releases.length === 1 ? 'release' : 'releases'} ${d.releases.join(', ')} of application ${d.application}, pinned, so it is not deleted.`,
    hints: (d) =>
      d.releases.map((id) => `When the release is no longer wanted: appcfg releases unpin ${id} -A ${d.application}`),
  }),
  'module.is-default': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string }) =>
      `The default module of application ${d.application} is not deleted: every application must have it.`,
  }),
  'version.last-of-default': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly version: string }) =>
      `Version ${d.version} is the last one of the default module, which every application must have.`,
  }),
};
