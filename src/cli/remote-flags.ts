/** How other machines reach a platform: options of `platform run`. */
import { resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { failure } from '../errors.ts';

interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const listenFlag = Flags.custom<ListenAddress>({
  parse: async (input, context) => {
    const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([^:\s]+)):(\d{1,5})$/i.exec(input) ?? [];
    const host = bracketed ?? plain;
    if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
    const command = (context as { readonly id?: string }).id ?? '';
    const expected = 'ADDRESS:PORT such as 0.0.0.0:8443 or [::]:8443';
    throw failure('usage.invalid-value', { command, what: '--listen', value: input, expected });
  },
});

const publicUrlFlag = Flags.custom<string>({
  parse: async (input, context) => {
    const url = URL.canParse(input) ? new URL(input) : undefined;
    if (url?.protocol === 'https:' && url.pathname === '/' && url.search === '' && url.username === '')
      return url.origin;
    const command = (context as { readonly id?: string }).id ?? '';
    const expected = 'an address such as https://appcfg.example.com, without a path';
    throw failure('usage.invalid-value', { command, what: '--public-url', value: input, expected });
  },
});

export const remoteFlags = {
  listen: listenFlag({
    summary: 'Address on which the control API listens for other machines, over TLS.',
    helpValue: 'ADDRESS:PORT',
    env: 'APPCFG_LISTEN',
  }),
  'tls-cert': Flags.string({
    summary: 'Certificate for --listen, in PEM format; may hold the whole chain.',
    helpValue: 'FILE',
    env: 'APPCFG_TLS_CERT',
    dependsOn: ['tls-key'],
  }),
  'tls-key': Flags.string({
    summary: 'Key of --tls-cert.',
    helpValue: 'FILE',
    env: 'APPCFG_TLS_KEY',
    dependsOn: ['tls-cert'],
  }),
  'public-url': publicUrlFlag({
    summary: 'Where a proxy on this machine, which ends TLS, serves the control API to others.',
    helpValue: 'URL',
    env: 'APPCFG_PUBLIC_URL',
  }),
  'trusted-proxy': Flags.string({
    summary:
      'Proxy in front of the applications whose X-Forwarded-For and X-Forwarded-Proto are believed. Repeat or separate with commas.',
    helpValue: 'ADDRESS',
    env: 'APPCFG_TRUSTED_PROXY',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
  }),
  'audit-days': Flags.integer({
    summary: 'Days that the audit log is kept. Default: 400.',
    helpValue: 'N',
    env: 'APPCFG_AUDIT_DAYS',
    min: 1,
    max: 36_500,
  }),
} as const;

interface RemoteFlagValues {
  readonly listen?: ListenAddress | undefined;
  readonly 'tls-cert'?: string | undefined;
  readonly 'tls-key'?: string | undefined;
  readonly 'public-url'?: string | undefined;
}

export function remoteControl(flags: RemoteFlagValues, workingDirectory: string) {
  const { listen, 'tls-cert': certificate, 'tls-key': key, 'public-url': publicUrl } = flags;
  const tls =
    certificate === undefined || key === undefined
      ? undefined
      : { certificateFile: resolve(workingDirectory, certificate), keyFile: resolve(workingDirectory, key) };
  return { listen, tls, publicUrl };
}
