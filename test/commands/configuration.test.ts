/** `context` and `config`: what they keep, what they refuse, and which source of a setting wins. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTerminal } from './terminal.ts';

const production = 'https://apps.example.com:8443';
const staging = 'https://staging.example.com';

/** A terminal whose environment the test changes as it goes. */
function open() {
  const environment: Record<string, string> = {};
  const terminal = openTerminal({ environment });
  const own = join(terminal.directory, '.appcfg-home', 'config', 'settings.json');
  const row = async (key: string, ...flags: readonly string[]) => {
    const run = await terminal.run('config', 'get', key, '--json', ...flags);
    return JSON.parse(run.stdout) as { value?: string; from: string };
  };
  return { ...terminal, environment, own, row };
}

describe('contexts', () => {
  it('are added, listed, used and removed', async () => {
    const { run, json, own } = open();
    expect((await run('context', 'add', 'production', '--server', production, '-A', 'shop')).stdout).toContain(
      'Added production. Use it: appcfg context use production',
    );
    expect(
      (await run('context', 'add', 'staging', '--server', 'staging.example.com', '--ca-cert', 'ca.pem')).code,
    ).toBe(0);
    const inUse = async () => {
      const { contexts } = await json<{ contexts: readonly { name: string; isInUse: boolean }[] }>('context', 'list');
      return contexts.filter(({ isInUse }) => isInUse).map(({ name }) => name);
    };
    expect(await inUse()).toEqual(['local']);
    expect((await run('context', 'use', 'staging')).stdout).toContain(`Commands go to ${staging} now.`);
    expect(await inUse()).toEqual(['staging']);
    const listed = (await run('context', 'list')).stdout;
    for (const word of ['local', 'production', production, 'shop', 'staging', staging]) expect(listed).toContain(word);
    expect(statSync(own).mode & 0o777).toBe(0o600);
    expect((await run('context', 'remove', 'staging')).stdout).toContain('Removed staging.');
    // The one in use went: commands go to this machine again.
    expect(await inUse()).toEqual(['local']);
    expect(JSON.parse(readFileSync(own, 'utf8'))).toEqual({
      contexts: { production: { server: production, application: 'shop' } },
      settings: {},
    });
    expect((await run('context', 'use', 'local')).stdout).toContain('the platform on this machine');
  });

  it.each([
    [['add', 'production', '--server', staging], 1, 'There is a context production already; nothing was changed.'],
    [['add', 'other'], 2, '--server'],
    [['add', 'other', '--server', 'ftp://x'], 2, 'ftp://x'],
    [['add', 'two words', '--server', staging], 2, 'context can\'t be "two words"'],
    [['add', 'local', '--server', staging], 2, 'is always there'],
    [['use', 'prod'], 2, 'There is no context prod.'],
    [['use', '__proto__'], 2, 'There is no context __proto__.'],
    [['remove', 'prod'], 2, 'There is no context prod.'],
    [['remove', 'local'], 2, 'is always there'],
  ] as const)('refuse %j, and stay as they are', async (args, code, words) => {
    const { run, own } = open();
    await run('context', 'add', 'production', '--server', production);
    const before = readFileSync(own, 'utf8');
    const refused = await run('context', ...args);
    expect(refused.stderr).toContain(words);
    expect(refused.code).toBe(code);
    expect(readFileSync(own, 'utf8')).toBe(before);
  });
});

describe('settings', () => {
  it('are set, read and taken back', async () => {
    const { run, row, own } = open();
    expect((await run('config', 'get', 'application')).code).toBe(1);
    expect((await run('config', 'set', 'application', 'shop')).stdout).toContain('application is shop.');
    expect(await run('config', 'get', 'application')).toMatchObject({ code: 0, stdout: 'shop\n' });
    expect(await row('application')).toMatchObject({ value: 'shop', from: own });
    expect((await run('config', 'unset', 'application')).stdout).toContain('application is not set any more.');
    expect(await run('config', 'get', 'application')).toMatchObject({
      code: 1,
      stdout: expect.not.stringContaining('shop'),
    });
  });

  it.each([
    [['set', 'colour', 'red'], 'There is no setting colour.'],
    [['get', 'colour'], 'There is no setting colour.'],
    [['unset', 'colour'], 'There is no setting colour.'],
    [['set', 'application', 'No Such!'], 'expected an application id'],
    [['set', 'credential_store', 'drawer'], 'expected keyring or file'],
    [['set', 'server', 'ftp://x'], 'expected an address'],
    [['set', 'context', 'prod'], 'There is no context prod.'],
  ] as const)('refuse %j', async (args, words) => {
    const { run } = open();
    const refused = await run('config', ...args);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
  });

  it('come from the option, else the environment, else the project, else the person', async () => {
    const { run, row, json, write, environment, own, directory } = open();
    await run('context', 'add', 'production', '--server', production);
    expect(await row('server')).toEqual({ key: 'server', from: 'not set' });
    await run('config', 'set', 'server', 'https://person.example.com');
    expect(await row('server')).toMatchObject({ value: 'https://person.example.com', from: own });
    write('.appcfg.json', '{"server": "https://project.example.com"}');
    expect(await row('server')).toMatchObject({
      value: 'https://project.example.com',
      from: join(directory, '.appcfg.json'),
    });
    environment.APPCFG_SERVER = 'https://environment.example.com';
    expect(await row('server')).toMatchObject({ value: 'https://environment.example.com', from: 'APPCFG_SERVER' });
    expect(await row('server', '--server', 'https://option.example.com')).toMatchObject({
      value: 'https://option.example.com',
      from: '--server',
    });
    // A context has the rank of where it is named.
    expect(await row('server', '--context', 'production')).toMatchObject({
      value: production,
      from: 'context production, --context',
    });
    // What wins at one level leaves the other settings to the levels below, and `list` says so for each.
    await run('config', 'set', 'application', 'shop');
    const { settings } = await json<{ settings: readonly object[] }>('config', 'list');
    expect(settings).toEqual(
      expect.arrayContaining([
        { key: 'server', value: 'https://environment.example.com', from: 'APPCFG_SERVER' },
        { key: 'application', value: 'shop', from: own },
        { key: 'ca_cert', from: 'not set' },
      ]),
    );
    const listed = (await run('config', 'list', '--server', 'https://option.example.com')).stdout;
    expect(listed).toMatch(/server +https:\/\/option\.example\.com +--server/);
    expect(listed).toMatch(/application +shop +\S*settings\.json/);
  });

  it('of the project decide nothing about secrets', async () => {
    const { run, write, row } = open();
    write('.appcfg.json', '{"application": "shop"}');
    expect(await row('application')).toMatchObject({ value: 'shop' });
    write('.appcfg.json', '{"credential_store": "file"}');
    expect((await run('config', 'list')).stderr).toContain('credential_store is for your own settings only');
    write('.appcfg.json', '{"server": ');
    expect((await run('config', 'list')).stderr).toContain('it is not JSON');
  });
});
