import { describe, expect, it } from 'vitest';
import { type ConfigurationSources, configurationOf } from '../../../src/cli/configuration/configuration.ts';
import { serverUrl } from '../../../src/cli/configuration/server-url.ts';
import { resolveConnection } from '../../../src/cli/connection.ts';
import { Credentials } from '../../../src/credentials/credentials.ts';
import { temporaryDirectory } from '../../platform/temporary-directory.ts';

const contexts = {
  local: { server: '' },
  test: { server: 'https://test.example.com', application: 'of-test', ca_cert: '/ca/test.pem' },
  live: { server: 'https://live.example.com', application: 'of-live' },
};

function configured(sources: Partial<Omit<ConfigurationSources, 'user'>> & { readonly own?: Record<string, string> }) {
  const { own = {}, ...given } = sources;
  return configurationOf({
    ...{ flags: {}, environment: {}, project: undefined, userFile: '/home/ann/settings.json' },
    ...given,
    user: { contexts, settings: own },
  });
}

describe('a setting', () => {
  const own = { application: 'of-user' };
  const project = { file: '/work/.appcfg.json', settings: { application: 'of-project' } };
  const environment = { APPCFG_APPLICATION: 'of-environment' };
  const flags = { application: 'of-flag' };

  it.each([
    ['flag', { own, project, environment, flags }, 'of-flag', '--application'],
    ['environment', { own, project, environment }, 'of-environment', 'APPCFG_APPLICATION'],
    ['project', { own, project }, 'of-project', '/work/.appcfg.json'],
    ['user', { own }, 'of-user', '/home/ann/settings.json'],
  ] as const)('comes from the %s before what is below', (origin, sources, value, from) => {
    expect(configured(sources).application).toEqual({ value, origin, from });
  });

  it('that a context brings has the rank of where the context is named, below what is set there by itself', () => {
    const both = configured({ flags: { context: 'test' }, environment: { APPCFG_SERVER: 'https://env.example.com' } });
    expect(both.server?.value).toBe('https://test.example.com');
    expect(both.server?.from).toBe('context test, --context');
    const named = configured({ flags: { context: 'test', application: 'mine' } });
    expect(named.application?.value).toBe('mine');
    expect(configured({ own: { context: 'live', application: 'of-user' } }).application?.value).toBe('of-live');
  });

  it('of a context is not for another server that was named besides', () => {
    const found = configured({ environment: { APPCFG_SERVER: 'https://env.example.com' }, own: { context: 'test' } });
    expect(found.server?.value).toBe('https://env.example.com');
    expect(found.application).toBeUndefined();
    expect(found.ca_cert).toBeUndefined();
  });

  it('is the one of this machine again in the context local', () => {
    expect(configured({ flags: { context: 'local' }, own: { server: 'https://own.example.com' } }).server?.value).toBe(
      '',
    );
  });

  it('is refused with where it comes from when it can not be used', () => {
    expect(() => configured({ environment: { APPCFG_CREDENTIAL_STORE: 'pocket' } })).toThrow(/APPCFG_CREDENTIAL_STORE/);
    expect(() => configured({ flags: { context: 'nowhere' } })).toThrow(/no context nowhere/);
  });
});

describe('an address', () => {
  it.each([
    ['localhost:8090', 'http://localhost:8090'],
    ['127.0.0.1:8090', 'http://127.0.0.1:8090'],
    ['apps.example.com', 'https://apps.example.com'],
    ['https://apps.example.com:8443/', 'https://apps.example.com:8443'],
    ['https://apps.example.com/under/', 'https://apps.example.com/under'],
    ['https://ann:secret@apps.example.com', undefined],
    ['ftp://apps.example.com', undefined],
    ['https://apps.example.com/?x=1', undefined],
    ['', undefined],
  ])('%s is meant as %s', (text, url) => {
    expect(serverUrl(text)).toBe(url);
  });
});

describe('a token', () => {
  const connect = (sources: Parameters<typeof configured>[0], environment = {}, tokenFlag?: string) =>
    resolveConnection({
      configuration: configured(sources),
      credentials: new Credentials({
        ...{ directory: temporaryDirectory(), wanted: 'file' },
        keyring: async () => ({ problem: 'none here' }),
      }),
      ...{ tokenFlag, environment, workingDirectory: '/work' },
    });
  const server = 'https://a.example.com';

  it('comes from the option, then APPCFG_TOKEN, then what was kept', async () => {
    const both = await connect({ flags: { server } }, { APPCFG_TOKEN: 'e' }, 'f');
    expect(both).toMatchObject({ token: 'f', tokenFrom: '--token' });
    expect(await connect({ flags: { server } }, { APPCFG_TOKEN: ' e\n' })).toMatchObject({ token: 'e' });
    await expect(connect({ flags: { server } })).rejects.toMatchObject({ code: 'sign-in.needed' });
  });

  it('of the environment is not sent to a server that only a file of the project names', async () => {
    const project = { file: '/work/.appcfg.json', settings: { server } };
    await expect(connect({ project }, { APPCFG_TOKEN: 'e' })).rejects.toMatchObject({ code: 'server.token-withheld' });
  });

  it('is sent in the clear to this machine only, and to no platform where none is asked', async () => {
    const plain = { server: 'http://a.example.com' };
    await expect(connect({ flags: plain }, {}, 't')).rejects.toMatchObject({ code: 'server.not-encrypted' });
    expect(await connect({ flags: { server: 'http://127.0.0.1:8090' } }, {}, 't')).toMatchObject({ token: 't' });
    expect(await connect({ flags: { server, backend: 'google' } }, {}, 't')).toEqual({ backend: 'google' });
  });
});
