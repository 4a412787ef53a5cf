/** `webhook add|list|remove|test|deliveries|redeliver`: what they print, and that a secret is shown once at most. */
import { describe, expect, it } from 'vitest';
import { deploySample, openTerminal, type Terminal } from './terminal.ts';

const url = 'https://example.com/hooks/appcfg';
const planted = 'planted-5ecre7-of-a-hook';
const at = ['-A', 'simple-sample'];

async function opened(options: Parameters<typeof openTerminal>[0] = {}): Promise<Terminal> {
  const terminal = openTerminal(options);
  await deploySample(terminal);
  return terminal;
}

describe('web-hooks', () => {
  it('are added with a secret that is shown once, and listed without it', async () => {
    const terminal = await opened();
    const added = await terminal.run('webhook', 'add', url, ...at);
    expect(added).toMatchObject({ code: 0 });
    expect(added.stdout).toContain('Done: web-hook wh_1 of simple-sample added. Try it: appcfg webhook test wh_1');
    const secret = /shown this once: (whsec_[\w-]{43})$/m.exec(added.stdout)?.[1];
    expect(secret).toEqual(expect.any(String));
    const list = await terminal.run('webhook', 'list', ...at);
    expect(list.stdout).toMatch(/^ID +STATE +LAST DELIVERY +EVENTS +URL\nwh_1 +on +release\.live, release\.failed, /);
    const json = await terminal.run('webhook', 'list', ...at, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ application: 'simple-sample', webhooks: [{ id: 'wh_1', url }] });
    const ping = await terminal.run('webhook', 'test', 'wh_1', ...at);
    const log = await terminal.run('webhook', 'deliveries', ...at, '--json');
    expect(JSON.stringify([list, json, ping, log])).not.toContain(String(secret));
  });

  it('print the secret alone with --quiet, and in the document with --json', async () => {
    const terminal = await opened();
    expect((await terminal.run('webhook', 'add', url, ...at, '--quiet')).stdout).toMatch(/^whsec_[\w-]{43}\n$/);
    expect(await terminal.json('webhook', 'add', `${url}/2`, ...at, '--event', 'release.failed')).toMatchObject({
      outcome: 'done',
      webhook: { id: 'wh_2', events: ['release.failed'] },
      secret: expect.stringMatching(/^whsec_/),
    });
  });

  it('take a secret of somebody from a file or standard input, and never show it', async () => {
    const terminal = await opened({ input: `${planted}\n` });
    terminal.write('secret.txt', `${planted}\n`);
    const runs = [
      await terminal.run('webhook', 'add', url, ...at, '--secret-from', 'secret.txt'),
      await terminal.run('webhook', 'add', `${url}/2`, ...at, '--secret-from', '-', '--json'),
      await terminal.run('webhook', 'list', ...at, '--json'),
    ];
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(JSON.stringify(runs)).not.toContain(planted);
    expect(JSON.stringify(runs)).not.toContain('whsec_');
  });

  it('are told of releases, tested, and sent a delivery again', async () => {
    const terminal = await opened();
    await terminal.run('webhook', 'add', url, ...at);
    await terminal.run('rollback', ...at, '--yes');
    await terminal.run('update', 'app.yaml', 'mobile-frontend.yaml', 'my-module.yaml', '--version', 'dos');
    const ping = await terminal.run('webhook', 'test', 'wh_1', ...at);
    expect(ping).toMatchObject({ code: 0, stdout: 'delivered (204), after 0 ms\n' });
    const log = await terminal.run('webhook', 'deliveries', 'wh_1', ...at);
    expect(log.stdout).toMatch(
      /^DELIVERY +TIME +WEB-HOOK +EVENT +TRIES +TOOK +RESULT\nd_2 .* ping +1 +0 ms +delivered \(204\)\nd_1 .* release\.live /,
    );
    expect((await terminal.run('webhook', 'deliveries', ...at, '--limit', '1')).stdout).not.toContain('d_1');
    expect((await terminal.run('webhook', 'redeliver', 'd_1', ...at)).stdout).toContain('Done: d_1 is queued.');
  });

  it('change nothing with --dry-run', async () => {
    const terminal = await opened();
    const added = await terminal.run('webhook', 'add', url, ...at, '--dry-run');
    expect(added.stdout).toContain(`tell ${url} of release.live, release.failed, release.rolled-back, traffic.changed`);
    expect(added.stdout).not.toContain('whsec_');
    expect((await terminal.run('webhook', 'list', ...at)).stdout).toContain('There are no web-hooks.');
    await terminal.run('webhook', 'add', url, ...at);
    expect((await terminal.run('webhook', 'remove', 'wh_1', ...at, '--dry-run')).stdout).toContain('Would do');
    await terminal.run('webhook', 'test', 'wh_1', ...at);
    expect((await terminal.run('webhook', 'redeliver', 'd_1', ...at, '--dry-run')).stdout).toContain(
      'send d_1 once more',
    );
    const { webhooks } = await terminal.json<{ webhooks: object[] }>('webhook', 'list', ...at);
    expect(webhooks).toMatchObject([{ id: 'wh_1', lastDelivery: { id: 'd_1', attempts: 1 } }]);
    expect((await terminal.run('webhook', 'remove', 'wh_1', ...at, '--quiet')).stdout).toBe('');
    expect(await terminal.json('webhook', 'list', ...at)).toMatchObject({ webhooks: [] });
  });

  it.each([
    [['add', 'nowhere'], "A web-hook can't go to this address: it is not a URL."],
    [['add', 'ftp://example.com/x'], 'it is neither https nor http'],
    [['add', `https://ann:${planted}@example.com/`], "A web-hook can't go to https://example.com: it holds a user"],
    [['add', url, '--secret-from', 'short.txt'], 'The secret of the web-hook has 5 characters, not 16 to 256'],
    [['add', url, '--secret-from', 'nowhere.txt'], "nowhere.txt, can't be read"],
    [['add', url, '--event', 'release.dreamt'], 'release.dreamt'],
    [['remove', 'wh_9'], 'has no web-hook wh_9.'],
    [['test', 'wh_9'], 'has no web-hook wh_9.'],
    [['deliveries', 'wh_9'], 'has no web-hook wh_9.'],
    [['redeliver', 'd_9'], 'has no delivery d_9'],
  ])('%j is refused with a reason', async (argv, message) => {
    const terminal = await opened();
    terminal.write('short.txt', 'short');
    const { code, stdout, stderr } = await terminal.run('webhook', ...argv, ...at);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(message);
    expect(stdout + stderr).not.toContain(planted);
  });

  it('are refused where there is one for the address already', async () => {
    const terminal = await opened();
    await terminal.run('webhook', 'add', url, ...at);
    const { code, stderr } = await terminal.run('webhook', 'add', url, ...at);
    expect(code).toBe(1);
    expect(stderr).toContain('Web-hook wh_1 of simple-sample goes to this address already; nothing was changed.');
    expect(stderr).toContain('appcfg webhook remove wh_1 -A simple-sample');
  });
});
