/** Every login of Google's, from its file to the request of the API, by Google's own addresses and through a proxy. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GoogleFake, startGoogleFake } from '../google-fake/google-fake.ts';
import { makeCertificate } from '../platform/make-certificate.ts';
import { type ProxiedGoogle, startGoogleBehindProxy } from './google-behind-proxy.ts';

const home = mkdtempSync(join(tmpdir(), 'appcfg-proxy-'));
const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
let fake: GoogleFake;
let google: ProxiedGoogle;
beforeAll(async () => {
  fake = await startGoogleFake();
  fake.admin.create('shop', 'us-central');
  google = await startGoogleBehindProxy(fake, makeCertificate(home, '*.googleapis.com', ['localhost']), { publicKey });
});
beforeEach(() => {
  for (const list of [google.tunnels, google.plain, google.logins]) list.length = 0;
});
afterAll(async () => {
  expect(fake.violations).toEqual([]);
  await google.close();
  await fake.close();
  rmSync(home, { recursive: true, force: true });
});

/** In a process of its own, because Node reads the certificates that it trusts at its start. */
async function look(environments: readonly Readonly<Record<string, string>>[]): Promise<readonly string[]> {
  const program = join(import.meta.dirname, 'programs/look.ts');
  const certificates = join(home, '*.googleapis.com.crt');
  const env = { PATH: process.env.PATH, HOME: home, NODE_EXTRA_CA_CERTS: certificates };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', program, JSON.stringify(environments)],
    { env },
  );
  return JSON.parse(stdout) as readonly string[];
}

function write(file: string, content: object | string): string {
  const path = join(home, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const user = (token: string) => ({
  ...{ type: 'authorized_user', client_id: 'id', client_secret: 'secret' },
  refresh_token: token,
});
const impersonation = (account: string) =>
  `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;

/** What to find, and the login that it ends in. */
function logins(): readonly (readonly [Readonly<Record<string, string>>, string])[] {
  const file = (name: string, content: object) => ({ GOOGLE_APPLICATION_CREDENTIALS: write(name, content) });
  const workload = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/ci',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: 'https://sts.googleapis.com/v1/token',
    credential_source: { file: write('subject', 'ci') },
  };
  const key = { type: 'service_account', client_email: 'robot@shop', private_key: privateKey, private_key_id: '1' };
  const acting = {
    type: 'impersonated_service_account',
    source_credentials: user('ann'),
    service_account_impersonation_url: impersonation('acting@shop'),
  };
  write('own/active_config', 'default');
  write('own/configurations/config_default', '[core]\naccount = jane@example.com\n');
  write('own/legacy_credentials/jane@example.com/adc.json', user('jane'));
  write('usual/application_default_credentials.json', user('usual'));
  return [
    [file('key.json', key), 'signed-robot@shop'],
    [{ CLOUDSDK_CONFIG: join(home, 'usual') }, 'refreshed-usual'],
    [{ CLOUDSDK_CONFIG: join(home, 'own') }, 'refreshed-jane'],
    [file('acting.json', acting), 'acting@shop by refreshed-ann'],
    [
      { CLOUDSDK_CONFIG: join(home, 'own'), APPCFG_GOOGLE_IMPERSONATE: 'first@shop,last@shop' },
      'last@shop by refreshed-jane via first@shop',
    ],
    [
      { ...file('key.json', key), CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT: 'last@shop' },
      'last@shop by signed-robot@shop',
    ],
    [file('workload.json', workload), 'exchanged-ci'],
    [
      file('both.json', { ...workload, service_account_impersonation_url: impersonation('deploy@shop') }),
      'deploy@shop by exchanged-ci',
    ],
  ];
}

describe('behind a proxy', () => {
  it('every kind of login reaches the API, and the proxy sees none of it', async () => {
    const wanted = logins();
    const HTTPS_PROXY = google.proxyUrl;
    const found = await look(wanted.map(([environment]) => ({ HTTPS_PROXY, ...environment })));
    expect(found).toEqual(wanted.map(() => 'ok'));
    expect([...new Set(google.logins)]).toEqual(wanted.map(([, login]) => `Bearer ${login}`));
    expect(google.plain).toEqual([]);
    expect(new Set(google.tunnels)).toEqual(
      new Set(['appengine', 'storage', 'oauth2', 'iamcredentials', 'sts'].map((name) => `${name}.googleapis.com:443`)),
    );
  });

  it('NO_PROXY keeps requests from it; one that refuses or is not there is named', async () => {
    const given = { APPCFG_GOOGLE_ACCESS_TOKEN: 'given' };
    const direct = { ...given, APPCFG_GOOGLE_API_ENDPOINT: google.directUrl, HTTPS_PROXY: google.proxyUrl };
    const nobody = google.proxyUrl.replace('jane:secret@', '');
    const found = await look([
      { ...direct, NO_PROXY: 'localhost,example.com' },
      { ...given, HTTPS_PROXY: nobody },
      { ...given, https_proxy: 'http://127.0.0.1:1' },
    ]);
    expect(found).toEqual([
      'ok',
      expect.stringContaining('the proxy wants a login (HTTPS_PROXY is set)'),
      expect.stringContaining('connection refused (https_proxy is set)'),
    ]);
    expect(new Set(google.logins)).toEqual(new Set(['Bearer given']));
    expect(google.tunnels).toEqual(['appengine.googleapis.com:443']);
  });
});
