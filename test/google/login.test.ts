/** Logins: where they are found, where they are never sent, and that Google's library gets tokens with them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { defaultProject, googleLogin } from '../../src/adapters/google/credentials.ts';
import { googleEndpoints } from '../../src/adapters/google/endpoints.ts';
import { openGoogle } from '../../src/adapters/google/open-google.ts';
import { systemClock } from '../../src/support/clock.ts';
import { startGoogleFake } from '../google-fake/google-fake.ts';
import { failureOf } from './rig.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'appcfg-login-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(file: string, content: object | string): string {
  const path = join(home, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const user = { type: 'authorized_user', client_id: 'id', client_secret: 'secret', refresh_token: 'token' };

describe('finding a login', () => {
  it('goes by the environment, then by the usual file, then by gcloud', () => {
    const source = (environment: Readonly<Record<string, string>> = {}) =>
      googleLogin({ HOME: home, ...environment })?.source;
    expect(source()).toBe("the machine's own service account");
    write('.config/gcloud/active_config', 'work\n');
    write(
      '.config/gcloud/configurations/config_work',
      '[core]\naccount = jane@example.com\nproject = shop\n[compute]\nzone = x\n',
    );
    write('.config/gcloud/legacy_credentials/jane@example.com/adc.json', user);
    expect(source()).toBe('the login jane@example.com of gcloud');
    expect(defaultProject({ HOME: home })).toBe('shop');
    expect(defaultProject({ HOME: home, GOOGLE_CLOUD_PROJECT: 'other' })).toBe('other');
    write('.config/gcloud/application_default_credentials.json', user);
    expect(source()).toBe('the application default credentials of gcloud');
    const key = write('key.json', user);
    expect(source({ GOOGLE_APPLICATION_CREDENTIALS: key })).toBe(`the credentials file ${key}`);
    expect(source({ APPCFG_GOOGLE_IMPERSONATE: 'robot@example.com' })).toMatch(/acting as robot@example.com$/);
    expect(source({ CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: key })).toBe(`the token file ${key}`);
    expect(source({ CLOUDSDK_AUTH_DISABLE_CREDENTIALS: '1' })).toBeUndefined();
  });

  it('says what to do when there is none that can be used', async () => {
    const login = googleLogin({ HOME: home, GOOGLE_APPLICATION_CREDENTIALS: write('broken.json', '{') });
    expect(await failureOf(login?.token() ?? Promise.resolve())).toMatchObject({
      code: 'google.login-refused',
      hints: expect.arrayContaining([expect.stringContaining('gcloud auth application-default login')]),
    });
  });

  it('gets tokens for workload identity, by the file that names the exchange', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push(body);
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({ access_token: 'exchanged', token_type: 'Bearer', expires_in: 3600, issued_token_type: 'x' }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const file = write('workload.json', {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/ci',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
      credential_source: { file: write('subject', 'the token of the build server') },
    });
    const login = googleLogin({ HOME: home, GOOGLE_APPLICATION_CREDENTIALS: file });
    expect(await login?.token()).toBe('exchanged');
    expect(await login?.token()).toBe('exchanged');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain('subject_token=the+token+of+the+build+server');
  });
});

describe('where a login goes', () => {
  it.each(['http://example.com/', 'http://10.0.0.1:8080', 'ftp://localhost/', 'nonsense'])('not to %s', (url) => {
    expect(() => googleEndpoints({ APPCFG_GOOGLE_API_ENDPOINT: url })).toThrow('never sent over plain http');
    expect(() => googleEndpoints({ CLOUDSDK_API_ENDPOINT_OVERRIDES_APPENGINE: url })).toThrow('OVERRIDES_APPENGINE');
  });

  it('to Google, or where gcloud is pointed to', () => {
    expect(googleEndpoints({}).appengine).toBe('https://appengine.googleapis.com');
    const environment = {
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: 'http://127.0.0.1:1/storage/v1/',
      APPCFG_GOOGLE_API_ENDPOINT: 'https://proxy.example/',
    };
    expect(googleEndpoints(environment)).toMatchObject({
      storage: 'http://127.0.0.1:1',
      logging: 'https://proxy.example',
    });
  });

  it("not to this machine's servers, when it is Google's", async () => {
    const fake = await startGoogleFake();
    onTestFinished(() => fake.close());
    const look = async (environment: Readonly<Record<string, string>>) => {
      const backend = openGoogle({
        environment: { HOME: home, APPCFG_GOOGLE_API_ENDPOINT: fake.url, ...environment },
        createdBy: 'jane',
        clock: systemClock,
      });
      await backend.describe('shop');
      await backend.close();
      return fake.lastHeaders().authorization;
    };
    const key = write('key.json', user);
    expect(await look({ GOOGLE_APPLICATION_CREDENTIALS: key })).toBeUndefined();
    expect(await look({ APPCFG_GOOGLE_ACCESS_TOKEN: 'given' })).toBe('Bearer given');
  });
});
