/** Errors of signing in, and of which server a command talks to. */
import { entry } from './entry.ts';

export const signInErrors = {
  'credentials.file-open': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly file: string }) =>
      `${d.file} is not used: it has to be a file that only you can read, and that belongs to you.`,
    hints: (d) => [`chmod 600 ${d.file}`, 'If others could read a token in it, revoke that: appcfg token revoke'],
  }),
  'credentials.file-unusable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly file: string; readonly reason: string }) => `${d.file} can't be used: ${d.reason}.`,
  }),
  'credentials.keyring-silent': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly server: string; readonly reason: string }) =>
      `The token of ${d.server} is in the keyring, which does not give it out: ${d.reason}.`,
    hints: () => ['Unlock the keyring and run the command again.', 'Or sign in again: appcfg login'],
  }),
  'credentials.no-keyring': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly reason: string }) => `The keyring can't be used: ${d.reason}.`,
    hints: () => ['To keep the token in a file that only you can read: appcfg config set credential_store file'],
  }),
  'sign-in.needed': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly server: string }) => `You are not signed in to ${d.server}.`,
    hints: (d) => [`Sign in: appcfg login ${d.server}`, 'In CI: set APPCFG_TOKEN'],
  }),
  'sign-in.no-token': entry({
    fault: 'user',
    exitCode: 2,
    message: (_: Readonly<Record<string, never>>) => 'There is no token to sign in with, and nobody to ask for one.',
    hints: () => ['appcfg login SERVER --token-file FILE', 'On the server: appcfg token create'],
  }),
  'sign-in.no-server': entry({
    fault: 'user',
    exitCode: 2,
    message: (_: Readonly<Record<string, never>>) =>
      'No server is named; the platform on this machine needs no signing in.',
    hints: () => ['appcfg login https://appcfg.example.com:8443'],
  }),
  'server.not-an-address': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly server: string }) => `${JSON.stringify(d.server)} is not the address of a server.`,
    hints: () => ['For example https://appcfg.example.com:8443'],
  }),
  'server.not-encrypted': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly server: string }) =>
      `A token is not sent to ${d.server}, where everybody on the way could read it.`,
    hints: () => ['Use https://', 'Or a tunnel: ssh -N -L 8090:127.0.0.1:8090 server'],
  }),
  'server.token-withheld': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly server: string; readonly file: string }) =>
      `APPCFG_TOKEN is not sent to ${d.server}, which only ${d.file} names: files of a project may come from anybody.`,
    hints: () => ['Name the server yourself: --server or APPCFG_SERVER', 'Or sign in to it: appcfg login'],
  }),
  'server.untrusted': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly url: string; readonly reason: string }) =>
      `The certificate of ${d.url} is not trusted: ${d.reason}.`,
    hints: (d) =>
      d.reason.includes('expired') || d.reason.includes('not valid yet')
        ? ['Renew the certificate on the server; it is read again without a restart.']
        : ['Name the certificate of whoever signed it: --ca-cert FILE (also APPCFG_CA_CERT)'],
  }),
  'server.ca-unreadable': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly file: string; readonly reason: string }) =>
      `The certificates in ${d.file} can't be used: ${d.reason}.`,
  }),
  'token.bad-grant': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly reason: string }) => `Such a token can't be made: ${d.reason}.`,
  }),
  'context.not-found': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly context: string; readonly known: readonly string[] }) =>
      `There is no context ${d.context}.`,
    hints: (d) => [`Contexts: ${d.known.join(', ')}`, 'Make one: appcfg context add NAME --server URL'],
  }),
  'context.exists': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly context: string }) => `There is a context ${d.context} already; nothing was changed.`,
    hints: (d) => [`Use it: appcfg context use ${d.context}`, `To replace it: appcfg context remove ${d.context}`],
  }),
  'context.built-in': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly context: string }) =>
      `The context ${d.context} stands for the platform on this machine and is always there.`,
  }),
  'config.unknown-key': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly key: string; readonly known: readonly string[] }) => `There is no setting ${d.key}.`,
    hints: (d) => [`Settings: ${d.known.join(', ')}`],
  }),
  'config.bad-value': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: {
      readonly key: string;
      readonly value: string;
      readonly expected: string;
      readonly origin: string;
    }) => `${d.key} can't be ${JSON.stringify(d.value)} (${d.origin}); expected ${d.expected}.`,
  }),
  'config.bad-file': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly file: string; readonly reason: string }) => `${d.file} can't be used: ${d.reason}.`,
  }),
};
