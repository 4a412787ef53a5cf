import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReleaseSummary } from '../../src/model/release.ts';
import { eventually } from '../e2e/program.ts';
import { complaintsOf, hasChromium, launchChromium } from './chromium.ts';
import { openShop, type Shop } from './shop.ts';

/** Pictures for docs/console: `APPCFG_SCREENSHOTS=docs/console npx vitest run test/browser`. */
const pictures = process.env.APPCFG_SCREENSHOTS;

/** Runs in the page. */
const contrast = readFileSync(join(import.meta.dirname, 'contrast.js'), 'utf8');

describe.skipIf(!hasChromium)('the console, in Chromium', { timeout: 60_000 }, () => {
  let shop: Shop;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    shop = await openShop();
    browser = await launchChromium();
    // Something to see: lines, errors, durations.
    for (let index = 0; index < 24; index += 1) {
      const trouble = index % 8 === 7 ? '&status=500&complain=the+till+is+stuck' : '';
      await shop.visit(`/basket/${index}?wait=${index * 4}&work=${index * 3}&keep=1${trouble}`);
      if (index % 6 === 0) await shop.visit('/parcels?say=packing', 'worker');
    }
    // One signed-in tab for all tests: signing in is a test of its own.
    page = await newPage();
    complaints = complaintsOf(page);
    await page.goto(await shop.consoleUrl());
    await page.getByRole('heading', { name: 'Applications', level: 1 }).waitFor();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await shop?.end();
  });

  beforeEach(async () => {
    complaints.length = 0;
    await page.goto('about:blank');
  });

  afterEach(() => {
    // No error in the browser's console, no violation of the policy, no answer of 400 and above.
    expect(complaints).toEqual([]);
  });

  async function newPage(): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1240, height: 760 }, colorScheme: 'light' });
    const opened = await context.newPage();
    opened.setDefaultTimeout(15_000);
    return opened;
  }

  async function openFirst(): Promise<void> {
    await page.goto(`${shop.control}/console/`);
    await page.getByRole('heading', { name: 'Applications', level: 1 }).waitFor();
    await page.getByText('Loading …').waitFor({ state: 'detached' });
  }

  async function open(name: string, title: string): Promise<void> {
    await page.goto(`${shop.control}/console/#/apps/shop/${name}`);
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await page.getByText('Loading …').waitFor({ state: 'detached' });
  }

  async function picture(name: string, of = page): Promise<void> {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await of.screenshot({ path: join(pictures, `${name}.png`) });
  }

  const row = (name: string | RegExp) => page.getByRole('row').filter({ hasText: name });
  const said = (text: string | RegExp) => page.getByRole('status').filter({ hasText: text }).waitFor();
  const agree = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click();

  it('signs in with a code that works once, and is gone from the address', async () => {
    const { url } = await shop.home.json<{ url: string }>('console', '--no-browser');
    const stranger = await newPage();
    await stranger.goto(url);
    await stranger.getByRole('link', { name: 'shop', exact: true }).waitFor();
    expect(stranger.url()).toBe(`${shop.control}/console/#/`);
    await stranger.getByText('signed in as tester, admin').waitFor();
    await stranger.getByRole('button', { name: 'Sign out' }).click();
    await stranger.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await stranger.evaluate(`[document.cookie, sessionStorage.length]`)).toEqual(['', 0]);
    await stranger.goto(url);
    await stranger.getByRole('alert').getByText('This code was used, or it is too old.').waitFor();
    await stranger.getByLabel(/^Code, or the address/).fill(await shop.consoleUrl());
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    await stranger.getByRole('link', { name: 'shop', exact: true }).waitFor();
    await stranger.context().close();
  });

  it('shows applications, and one at a glance', async () => {
    await openFirst();
    await row('shop').getByText('default, worker').waitFor();
    await picture('applications');
    await page.getByRole('link', { name: 'shop', exact: true }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    const modules = page.getByRole('region', { name: 'Modules and their versions' });
    await modules.getByRole('row').filter({ hasText: 'default' }).filter({ hasText: '100%' }).waitFor();
    expect(await modules.getByRole('row').count()).toBe(4);
    await page.getByText('answered within').waitFor();
    await picture('overview');
  });

  it('moves traffic with a slider', async () => {
    await open('versions', 'Versions');
    const slider = page.getByRole('slider', { name: 'v2' });
    const apply = page.getByRole('button', { name: 'Apply traffic of default' });
    expect(await apply.isDisabled()).toBe(true);
    await slider.fill('30');
    await page.getByRole('slider', { name: 'v1' }).and(page.locator('[aria-valuetext="70 per cent"]')).waitFor();
    await picture('versions');
    await apply.click();
    await said('Traffic of default: v1 70%, v2 30%');
    expect(JSON.stringify((await shop.ask('GET', '/apps/shop')).body)).toMatch(/"v1":0\.7/);
    await slider.fill('0');
    await apply.click();
    await said('Traffic of default: v1 100%');
  });

  it('starts and stops versions and sets how many instances there are', async () => {
    await open('versions', 'Versions');
    await page.getByRole('button', { name: 'Stop worker:v1' }).click();
    await said('worker:v1 is stopped.');
    await page.getByRole('button', { name: 'Start worker:v1' }).click();
    await said('worker:v1 is serving.');
    await page.getByRole('spinbutton', { name: 'Instances of worker:v1' }).fill('3');
    await page.getByRole('button', { name: 'Set instances of worker:v1' }).click();
    await said('worker:v1 has 3 instances.');
  });

  it('shows memory and processor time of instances, in words too, and shuts one down', async () => {
    await open('instances', 'Instances');
    const cards = page.getByRole('listitem').filter({ hasText: 'Uptime' });
    const memory = cards.getByRole('img', {
      name: /^Memory: .* MB now, at most .* in the last ten minutes, 384 MB allowed$/,
    });
    await memory.first().waitFor();
    await cards
      .getByRole('img', { name: /^CPU: \d+% now/ })
      .first()
      .waitFor();
    await picture('instances');
    await page.getByLabel('Module').selectOption('worker');
    const pid = async () => {
      const { instances } = await instancesOf(shop);
      return instances.find(({ module, id }) => module === 'worker' && id === '0')?.pid;
    };
    const before = await pid();
    await page.getByRole('button', { name: 'Shut down worker:v1 0' }).click();
    await agree('Cancel');
    expect(await pid()).toBe(before);
    await page.getByRole('button', { name: 'Shut down worker:v1 0' }).click();
    await agree('Shut down');
    await said('worker:v1 0 is shutting down.');
    await eventually('another process runs', async () => ![before, undefined].includes(await pid()));
  });

  it('shows logs, searches them, and follows them', async () => {
    await open('logs', 'Logs');
    const log = page.getByRole('log', { name: 'Log lines' });
    await log.getByText('the till is stuck').last().waitFor();
    await picture('logs');
    await shop.visit('/hats?say=a+hat+was+sold');
    await log.getByText('a hat was sold', { exact: true }).waitFor();
    await page.getByLabel('Search').fill('HAT WAS');
    await page.getByLabel('Search').press('Enter');
    await eventually('other lines are gone', async () => (await log.getByRole('listitem').count()) === 1);
    await shop.visit('/shoes?say=shoes+were+sold');
    await shop.visit('/hats?say=another+hat+was+sold');
    await log.getByText('another hat was sold', { exact: true }).waitFor();
    expect(await log.getByText('shoes').count()).toBe(0);
    expect(page.url()).toContain('search=HAT+WAS');
    await page.getByLabel('Search').fill('');
    await page.getByLabel('Search').press('Enter');
    await page.getByLabel('Level').selectOption('error');
    await log.getByText('the till is stuck').last().waitFor();
    expect(await log.getByText('was sold').count()).toBe(0);
    await page.getByLabel('Live').uncheck();
    await said(/^\d+ lines$/);
  });

  it('keeps what applications print from becoming anything but text', async () => {
    const text = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    await shop.visit(`/evil?say=${encodeURIComponent(text)}`);
    await open('logs', 'Logs');
    await page.getByRole('log').getByText(text, { exact: true }).waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
  });

  it('shows when cron jobs run next, and runs one now', async () => {
    await open('cron', 'Cron jobs');
    const job = row('/daily-report');
    await job.getByText('Europe/Berlin').waitFor();
    await job.getByText('4 more').click();
    expect(await job.getByRole('listitem').count()).toBe(4);
    await picture('cron');
    await page.getByRole('button', { name: 'Run /daily-report now' }).click();
    await said(/^\/daily-report answered 200 in/);
    await job.getByText('200', { exact: true }).waitFor();
  });

  it('pauses, resumes and purges queues, and runs a task', async () => {
    await open('queues', 'Task queues');
    await page.getByRole('button', { name: 'Pause letters' }).click();
    await said('letters is paused.');
    for (const name of ['one', 'two', 'three']) {
      await shop.ask('POST', '/apps/shop/queues/letters/tasks', { tasks: [{ name, url: '/send' }] });
    }
    await row('letters').getByRole('cell', { name: '3' }).first().waitFor();
    await picture('queues');
    await page.getByRole('link', { name: 'letters' }).click();
    await page.getByRole('heading', { name: 'Task queues: letters' }).waitFor();
    await page.getByRole('button', { name: 'Run two now' }).click();
    await said(/^two answered 200 in .*: done\./);
    await row('two').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Purge letters' }).click();
    await agree('Purge');
    await said('2 tasks of letters deleted.');
    await page.getByText('The queue is empty.').waitFor();
    await page.getByRole('button', { name: 'Resume letters' }).click();
    await said('letters goes on.');
  });

  it('changes dispatch rules and blocked subnets', async () => {
    await open('settings', 'Settings');
    await row('SHOP_COLOUR').first().waitFor();
    const dispatch = page.getByRole('region', { name: 'Dispatch', exact: true });
    await dispatch.getByLabel('Address').fill('*/parcels/*');
    await dispatch.getByLabel('Module').selectOption('worker');
    await picture('settings');
    await dispatch.getByRole('button', { name: 'Add rule' }).click();
    await said('*/parcels/* goes to worker.');
    await dispatch.getByRole('button', { name: 'Remove */parcels/*' }).click();
    await agree('Remove');
    await said('*/parcels/* is removed.');
    const blocked = page.getByRole('region', { name: 'Blocked subnets', exact: true }).first();
    await blocked.getByLabel('Subnet').fill('192.0.2.0/24');
    await blocked.getByRole('button', { name: 'Block' }).click();
    await said('192.0.2.0/24 is blocked.');
    await page.getByRole('button', { name: 'Remove 192.0.2.0/24' }).click();
    await agree('Remove');
    await said('192.0.2.0/24 is let in.');
  });

  it('shows who is told of releases, and how that went', async () => {
    // Nobody listens there: port 1024 is nobody's.
    const hook = { url: 'http://127.0.0.1:1024/hook', events: ['release.failed'], secret: 'a-secret-of-the-test' };
    const who = { requestId: 'request-of-a-hook', createdBy: 'tester' };
    const { body } = await shop.ask<{ id: string }>('POST', '/apps/shop/webhooks', { ...hook, ...who });
    await shop.ask('POST', `/apps/shop/webhooks/${body.id}:test`, { createdBy: 'tester' });
    await open('settings', 'Settings');
    const shown = row('http://127.0.0.1:1024/hook');
    await shown.getByText('failed', { exact: true }).waitFor();
    await shown.getByText(/ping, /).waitFor();
    await shop.ask('DELETE', `/apps/shop/webhooks/${body.id}`);
    await page.getByText('Nobody is told.').waitFor();
  });

  it('puts a release back', async () => {
    await open('releases', 'Releases');
    await row('the shop opens').waitFor();
    await picture('releases');
    await page.getByRole('button', { name: 'Roll back to r1' }).click();
    await agree('Roll back');
    await said(/^r1 is live again, as r\d+\./);
    await row('rollback to r1').getByText('live', { exact: true }).waitFor();
    const { body } = await shop.ask<{ releases: readonly ReleaseSummary[] }>('GET', '/apps/shop/releases');
    expect(body.releases[0]).toMatchObject({ isCurrent: true, changes: ['rollback to r1'], createdBy: 'tester' });
    await page.getByRole('button', { name: 'Roll back to r2' }).click();
    await agree('Roll back');
    await said(/^r2 is live again/);
  });

  it('is light or dark, as the system has it or as somebody chose', async () => {
    const other = await newPage();
    await other.goto(await shop.consoleUrl());
    await other.getByRole('heading', { name: 'Applications', level: 1 }).waitFor();
    const ground = () => other.evaluate(`getComputedStyle(document.body).backgroundColor`);
    const light = await ground();
    await other.emulateMedia({ colorScheme: 'dark' });
    const dark = await ground();
    expect(dark).not.toBe(light);
    await other.getByRole('button', { name: 'Theme: system' }).click();
    expect(await ground()).toBe(light);
    await other.getByRole('button', { name: 'Theme: light' }).click();
    await other.emulateMedia({ colorScheme: 'light' });
    expect(await ground()).toBe(dark);
    await other.reload();
    await other.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await ground()).toBe(dark);
    await other.goto(`${shop.control}/console/#/apps/shop/instances`);
    await other
      .getByRole('img', { name: /^Memory: .* MB now/ })
      .first()
      .waitFor();
    await picture('dark', other);
    await other.context().close();
  });

  it('can be walked with the keyboard alone', async () => {
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focused = () => page.evaluate(`document.activeElement?.textContent ?? ''`);
    await openFirst();
    await press('Tab');
    expect(await focused()).toBe('Skip to content');
    await press('Enter');
    expect(await page.evaluate(`document.activeElement?.id`)).toBe('main');
    for (let step = 0; step < 8 && (await focused()) !== 'shop'; step += 1) await press('Tab');
    await press('Enter');
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(await focused()).toBe('Overview');
    await page.getByRole('link', { name: 'Versions' }).focus();
    await press('Enter');
    await page.getByRole('heading', { name: 'Versions', level: 1 }).waitFor();
    await page.getByRole('slider', { name: 'v2' }).waitFor();
    for (
      let step = 0;
      step < 12 && (await page.evaluate(`document.activeElement?.id`)) !== 'share-default-v2';
      step += 1
    ) {
      await press('Tab');
    }
    // The slider keeps the focus while the page is drawn anew around it.
    await press('ArrowRight', 'ArrowRight', 'ArrowRight', 'Tab');
    await page.locator('[aria-valuetext="3 per cent"]').waitFor();
    expect(await focused()).toBe('Apply');
    await press('Tab');
    expect(await focused()).toBe('Reset');
    await press('Enter');
    await page.getByRole('button', { name: 'Delete default:v2' }).focus();
    await press('Enter');
    await page.getByRole('dialog', { name: 'Delete default:v2?' }).waitFor();
    expect(await focused()).toBe('Cancel');
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused()).toBe('Delete');
  });

  it.each(['', 'versions', 'instances', 'logs', 'cron', 'queues', 'releases', 'settings'])(
    'says what everything on the page "%s" is',
    async (name) => {
      await page.goto(`${shop.control}/console/#/apps/shop/${name}`);
      await page.getByText('Loading …').waitFor({ state: 'detached' });
      await page.getByRole('navigation', { name: 'Pages of the application' }).locator('[aria-current=page]').waitFor();
      expect(await page.getByRole('main').count()).toBe(1);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      // No control without a name, no name twice among the buttons: "Delete" alone says nothing when it is read out.
      const tree = await page.locator('body').ariaSnapshot();
      expect(
        tree
          .split('\n')
          .filter((line) =>
            /^\s*- (button|textbox|combobox|slider|link|img|spinbutton|checkbox|searchbox)( \[.*)?:?$/.test(line),
          ),
      ).toEqual([]);
      const buttons = [...tree.matchAll(/- button "([^"]+)"/g)].map(([, label]) => label);
      expect(buttons.length).toBe(new Set(buttons).size);
      expect(await page.evaluate(`document.title`)).toContain('– shop – appcfg');
      expect(await page.evaluate(`document.querySelectorAll('[style], [onclick]').length`)).toBe(0);
      expect(await page.evaluate(contrast)).toEqual([]);
    },
  );

  describe('to those who may not change everything', () => {
    const names = ['', 'versions', 'instances', 'logs', 'cron', 'queues', 'queues/letters', 'releases', 'settings'];
    /** What changes something when it is used; the logs have fields, to search with. */
    const controls = 'main :is(button, form:not([role=search]), input[type=range], input[type=number])';
    /** One request a control that the pages have for others. */
    const changes: readonly (readonly [string, string, object?])[] = [
      ['POST', '/traffic', { splits: { default: { shardBy: 'ip', allocations: { v2: 1 } } } }],
      ['POST', '/modules/worker/versions/v1', { status: 'stopped' }],
      ['POST', '/modules/worker/versions/v1', { instances: 5 }],
      ['DELETE', '/modules/default/versions/v2', {}],
      ['DELETE', '/modules/worker/versions/v1/instances/0'],
      ['POST', '/cron:run', { url: '/daily-report' }],
      ['POST', '/queues/letters', { action: 'pause' }],
      ['POST', '/queues/letters', { action: 'purge' }],
      ['POST', '/queues/letters/tasks/kept/run'],
      ['POST', '/releases:rollback', { release: 'r1' }],
      ['PUT', '/settings/dispatch', { value: [] }],
      ['PUT', '/settings/dos', { value: [{ subnet: '0.0.0.0/0' }] }],
    ];

    async function signIn(token: string): Promise<{ tab: Page; session: string; heard: readonly string[] }> {
      const tab = await newPage();
      const heard = complaintsOf(tab);
      await tab.goto(await shop.consoleUrl(token));
      await tab.getByRole('link', { name: 'shop', exact: true }).waitFor();
      const kept = await tab.evaluate(`JSON.parse(sessionStorage.getItem('appcfg-console')).token`);
      return { tab, session: String(kept), heard };
    }

    async function show(tab: Page, application: string, name: string): Promise<void> {
      await tab.goto(`${shop.control}/console/#/apps/${application}/${name}`);
      await tab.locator('nav [aria-current=page]').waitFor();
      await tab.getByText('Loading …').waitFor({ state: 'detached' });
    }

    async function refusals(session: string, application: string): Promise<readonly number[]> {
      const who = { requestId: 'r'.repeat(20), createdBy: 'tester' };
      const asked = changes.map(([method, path, body]) =>
        shop.ask(method, `/apps/${application}${path}`, body && { ...body, ...who }, session),
      );
      return (await Promise.all(asked)).map(({ status }) => status);
    }

    it('shows a viewer everything and no control, and refuses the requests behind them', async () => {
      await shop.ask('POST', '/apps/shop/queues/letters', { action: 'pause' });
      await shop.ask('POST', '/apps/shop/queues/letters/tasks', { tasks: [{ name: 'kept', url: '/send' }] });
      const before = (await shop.ask('GET', '/apps/shop')).body;
      const { tab, session, heard } = await signIn(await shop.newToken('watcher', 'viewer', 'shop'));
      await tab.getByText('signed in as watcher, viewer of shop').waitFor();
      const shown: Record<string, readonly string[]> = {};
      for (const name of names) {
        await show(tab, 'shop', name);
        await tab.locator('main :is(table, .instances, .log)').first().waitFor();
        shown[name] = await tab.locator(controls).allTextContents();
        const reason = tab.getByText('You can look, but not change: you are signed in as watcher, viewer of shop.');
        expect(await reason.count()).toBe(['', 'logs'].includes(name) ? 0 : 1);
      }
      expect(shown).toEqual(Object.fromEntries(names.map((name) => [name, []])));
      await show(tab, 'shop', 'versions');
      await tab
        .getByRole('region', { name: /^default/ })
        .getByText(/^Traffic: v[12] 100%$/)
        .waitFor();
      expect(await refusals(session, 'shop')).toEqual(changes.map(() => 403));
      expect((await shop.ask('GET', '/apps/shop')).body).toEqual(before);
      const { body } = await shop.ask<{ tasks: readonly object[] }>('GET', '/apps/shop/queues/letters/tasks');
      expect(body.tasks).toMatchObject([{ name: 'kept' }]);
      expect(heard).toEqual([]);
      await tab.context().close();
    });

    it('gives a deployer the controls of its application, and nothing of another', async () => {
      const { tab, session, heard } = await signIn(await shop.newToken('builder', 'deployer', 'shop'));
      expect(await tab.getByRole('link', { name: 'stand', exact: true }).count()).toBe(0);
      await show(tab, 'shop', 'versions');
      await tab.getByRole('button', { name: 'Apply traffic of default' }).waitFor();
      expect(await tab.locator('#why-not').count()).toBe(0);
      for (const name of names) {
        await show(tab, 'stand', name);
        await tab.getByText("You can't see stand: you are signed in as builder, deployer of shop.").waitFor();
        expect(await tab.locator(controls).count()).toBe(0);
      }
      expect(await refusals(session, 'stand')).toEqual(changes.map(() => 403));
      expect((await shop.ask('GET', '/apps/stand', undefined, session)).status).toBe(403);
      expect(heard).toEqual([]);
      await tab.context().close();
    });
  });
});

async function instancesOf(shop: Shop) {
  type Listed = { instances: readonly { module: string; id: string; pid?: number }[] };
  return (await shop.ask<Listed>('GET', '/apps/shop/instances')).body;
}
