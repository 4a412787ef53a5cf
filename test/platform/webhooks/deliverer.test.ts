/** The queue of web-hooks against receivers that refuse, hang, redirect and go, with a clock that the test moves. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { addressesOf, type ResolvedName } from '../../../src/platform/resolved-name.ts';
import { createAddressRules } from '../../../src/platform/webhooks/address-rules.ts';
import { Deliverer } from '../../../src/platform/webhooks/deliverer.ts';
import { DeliveryStore } from '../../../src/platform/webhooks/delivery-store.ts';
import { createSender } from '../../../src/platform/webhooks/sender.ts';
import { WebhookStore } from '../../../src/platform/webhooks/webhook-store.ts';
import { hasOpenssl } from '../../e2e/certificates.ts';
import { createFakeClock } from '../../fake-clock.ts';
import { makeCertificate } from '../make-certificate.ts';
import { memoryStore } from '../memory-store.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { type Receiver, startReceiver, status, until } from './receiver.ts';

interface RigOptions {
  readonly isServer?: boolean;
  readonly resolve?: (name: string) => Promise<readonly ResolvedName[]>;
}

async function openRig({ isServer = false, resolve = addressesOf }: RigOptions = {}) {
  const clock = createFakeClock();
  const store = await memoryStore();
  const webhooks = new WebhookStore({ store, key: () => 'key', clock });
  const deliveries = new DeliveryStore(store);
  const rules = createAddressRules({
    ...{ allowsLoopback: !isServer, allow: [], ownRanges: [] },
    isProtectedPort: () => false,
  });
  const send = createSender({ clock, rules, webhooks, resolve });
  const newDeliverer = () => new Deliverer({ clock, deliveries, webhooks, send });
  let deliverer = newDeliverer();
  let count = 0;
  onTestFinished(async () => {
    await deliverer.close();
    store.close();
  });
  const add = (url: string, application = 'shop') =>
    webhooks.add(
      application,
      { url, events: ['release.live'], secret: 'a secret of sixteen' },
      { requestId: `request-${url}`, createdBy: 'ann' },
    ).id;
  const queue = (webhook: string, application = 'shop') => {
    count += 1;
    const id = `d${count}`;
    const body = JSON.stringify({ id });
    deliveries.add({ id, webhook, application, event: 'release.live', body, createdAtMs: clock.now() });
    deliverer.wake();
    return id;
  };
  const state = (id: string, application = 'shop') => deliveries.require(application, id);
  const attempted = (id: string, attempts: number) =>
    until(`${attempts} tries of ${id}`, () => state(id).attempts === attempts && state(id).attemptedAt !== undefined);
  return {
    ...{ clock, webhooks, deliveries, add, queue, state, attempted },
    wake: () => deliverer.wake(),
    restart: async () => {
      await deliverer.close();
      deliverer = newDeliverer();
      deliverer.wake();
    },
  };
}

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

describe('a delivery', () => {
  it('that is refused twice is sent again with longer pauses, under the same id and signed anew', async () => {
    const { clock, add, queue, state, attempted } = await openRig();
    receiver.answer = (response, _received, count) =>
      status(count <= 2 ? 503 : 200, {}, 'busy')(response, _received, count);
    const id = queue(add(receiver.url));
    await attempted(id, 1);
    expect(state(id)).toMatchObject({
      state: 'queued',
      status: 503,
      failure: 'the receiver refused it',
      response: 'busy',
    });
    expect(Date.parse(state(id).nextAttemptAt ?? '') - clock.now()).toBe(10_000);
    await clock.advance(9_000);
    expect(receiver.received).toHaveLength(1);
    await clock.advance(1_000);
    await attempted(id, 2);
    await clock.advance(20_000);
    await attempted(id, 3);
    expect(state(id)).toMatchObject({ state: 'delivered', status: 200 });
    expect(state(id)).not.toHaveProperty('failure');
    expect(state(id)).not.toHaveProperty('nextAttemptAt');
    const headers = receiver.received.map((one) => one.headers);
    expect(headers.map((one) => one['x-appcfg-delivery'])).toEqual([id, id, id]);
    expect(new Set(headers.map((one) => one['x-appcfg-timestamp'])).size).toBe(3);
    expect(new Set(headers.map((one) => one['x-appcfg-signature'])).size).toBe(3);
  });

  it('is given up in the end', async () => {
    const { clock, add, queue, state, attempted } = await openRig();
    receiver.answer = status(500);
    const id = queue(add(receiver.url));
    for (let attempts = 1; attempts < 15; attempts += 1) {
      await attempted(id, attempts);
      // Not further: the try that begins then has ten seconds.
      await clock.advance(Date.parse(state(id).nextAttemptAt ?? '') - clock.now());
    }
    await attempted(id, 15);
    expect(state(id)).toMatchObject({ state: 'failed', status: 500 });
    await clock.advance(24 * 3_600_000);
    expect(receiver.received).toHaveLength(15);
  });

  it('that is never answered ends after ten seconds, and keeps nobody else waiting', async () => {
    const { clock, add, queue, state, attempted } = await openRig();
    receiver.answer = (response, { path }) => (path === '/hook' ? undefined : void response.writeHead(204).end());
    const hanging = queue(add(receiver.url));
    await until('the request', () => receiver.received.length === 1);
    const other = queue(add(`${receiver.url}/other`));
    await attempted(other, 1);
    expect(state(other)).toMatchObject({ state: 'delivered' });
    expect(state(hanging)).toMatchObject({ state: 'queued', attempts: 0 });
    await clock.advance(10_000);
    await attempted(hanging, 1);
    expect(state(hanging)).toMatchObject({ state: 'queued', failure: 'no answer within 10 s', durationMs: 10_000 });
    expect(state(hanging)).not.toHaveProperty('status');
  });

  it('counts by its status, however long the rest of the answer takes, and of that only the beginning is kept', async () => {
    const { clock, add, queue, state, attempted } = await openRig();
    receiver.answer = (response) => void response.writeHead(200).write('x'.repeat(100));
    const slow = queue(add(receiver.url));
    await until('the request', () => receiver.received.length === 1);
    receiver.answer = status(200, {}, 'y'.repeat(5_000_000));
    const long = queue(add(`${receiver.url}/long`));
    await attempted(long, 1);
    expect(state(long)).toMatchObject({ state: 'delivered', response: 'y'.repeat(500) });
    // What was written before this answer was asked for has come before it.
    await clock.advance(10_000);
    await attempted(slow, 1);
    expect(state(slow)).toMatchObject({ state: 'delivered', response: 'x'.repeat(100) });
  });

  it('is not redirected', async () => {
    const { add, queue, state, attempted } = await openRig();
    receiver.answer = status(307, { location: `${receiver.url}/elsewhere` });
    const id = queue(add(receiver.url));
    await attempted(id, 1);
    expect(state(id)).toMatchObject({ state: 'queued', status: 307, failure: 'redirects are not followed' });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('that is answered with 410 disables its web-hook, and what was queued for it is given up', async () => {
    const { add, queue, state, webhooks, attempted, clock } = await openRig();
    receiver.answer = status(503);
    const hook = add(receiver.url);
    const first = queue(hook);
    await attempted(first, 1);
    receiver.answer = status(410);
    const second = queue(hook);
    await attempted(second, 1);
    expect(state(second)).toMatchObject({ state: 'failed', status: 410, failure: 'the receiver says that it is gone' });
    await until('the end', () => webhooks.find(hook)?.disabledAtMs !== undefined && state(first).state === 'failed');
    expect(state(first)).toMatchObject({ failure: 'the web-hook was disabled' });
    await clock.advance(3_600_000);
    expect(receiver.received).toHaveLength(2);
  });

  it('that was under way or waiting when the platform ended is sent by the next one', async () => {
    const { add, queue, state, attempted, restart } = await openRig();
    receiver.answer = () => {};
    const id = queue(add(receiver.url));
    await until('the request', () => receiver.received.length === 1);
    receiver.answer = status(204);
    await restart();
    await attempted(id, 1);
    expect(state(id)).toMatchObject({ state: 'delivered' });
    expect(receiver.received).toHaveLength(2);
  });

  it('of a web-hook that was removed is forgotten, also when it was under way', async () => {
    const { add, queue, deliveries, webhooks, clock } = await openRig();
    receiver.answer = () => {};
    const hook = add(receiver.url);
    queue(hook);
    await until('the request', () => receiver.received.length === 1);
    webhooks.remove(hook);
    await clock.advance(10_000);
    await until('its end', () => clock.pendingTimers === 0);
    expect(deliveries.list('shop', undefined, 10)).toEqual([]);
  });
});

describe('the queue', () => {
  it('sends one at a time to a receiver, and few at a time', async () => {
    const { add, queue, clock } = await openRig();
    receiver.answer = () => {};
    for (let application = 0; application < 6; application += 1) {
      for (let hook = 0; hook < 3; hook += 1) {
        const id = add(`${receiver.url}/${application}/${hook}`, `app${application}`);
        queue(id, `app${application}`);
        queue(id, `app${application}`);
      }
    }
    await until('as many as may', () => receiver.received.length === 8);
    await clock.advance(0);
    const paths = receiver.received.map(({ path }) => path);
    expect(new Set(paths).size).toBe(8);
    for (let application = 0; application < 6; application += 1) {
      expect(paths.filter((path) => path.startsWith(`/hook/${application}/`)).length).toBeLessThanOrEqual(2);
    }
    receiver.answer = status(204);
    await clock.advance(10_000);
    await until('the others', () => receiver.received.length >= 36);
  });

  it('keeps the newest fifty of each web-hook', async () => {
    const { add, queue, deliveries } = await openRig();
    receiver.answer = () => {};
    const hook = add(receiver.url);
    for (let index = 0; index < 60; index += 1) queue(hook);
    const kept = deliveries.list('shop', hook, 1000).map(({ id }) => id);
    expect(kept).toHaveLength(50);
    expect(kept).toContain('d60');
    expect(kept).not.toContain('d10');
  });

  it('does not wait for ever when the clock is set back', async () => {
    const { add, queue, attempted, clock } = await openRig();
    receiver.answer = status(500);
    const id = queue(add(receiver.url));
    await attempted(id, 1);
    clock.set(clock.now() - 7 * 24 * 3_600_000);
    await clock.advance(10_000);
    await attempted(id, 2);
  });
});

describe('what is connected to', () => {
  it('is what was checked, whatever the name is said to be later', async () => {
    const answers: (readonly ResolvedName[])[] = [[{ address: '127.0.0.1', family: 4 }]];
    const { add, queue, state, attempted } = await openRig({ resolve: async () => answers.shift() ?? [] });
    const { port } = new URL(receiver.url);
    // Nobody else knows this name: a second look-up would fail.
    const id = queue(add(`http://rebinding.invalid:${port}/hook`));
    await attempted(id, 1);
    expect(state(id)).toMatchObject({ state: 'delivered' });
    expect(receiver.received[0]?.headers.host).toBe(`rebinding.invalid:${port}`);
  });

  it.each([
    ['127.0.0.1', 'private network'],
    ['::1', 'private network'],
    ['169.254.169.254', 'private network'],
    ['224.0.0.1', 'multicast'],
  ])(
    'is on a server nothing when the name stands for %s, alone or beside a public address',
    async (address, reason) => {
      const names = [
        { address: '198.51.100.1', family: 4 },
        { address, family: address.includes(':') ? 6 : 4 },
      ];
      const { port } = new URL(receiver.url);
      for (const answer of [names, names.slice(1)]) {
        const { add, queue, state, attempted } = await openRig({ isServer: true, resolve: async () => answer });
        const id = queue(add(`https://hooks.example.com:${port}/hook`));
        await attempted(id, 1);
        expect(state(id).failure).toContain(reason);
        expect(state(id)).not.toHaveProperty('status');
      }
      expect(receiver.received).toEqual([]);
    },
  );

  it.skipIf(!hasOpenssl)('is nobody whose certificate is not trusted', async () => {
    const { certificate, privateKey } = makeCertificate(temporaryDirectory(), 'hooks.example.com');
    let requests = 0;
    const impostor = createServer({ cert: certificate, key: privateKey }, (_message, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void impostor.close());
    const { add, queue, state, attempted } = await openRig({
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    const id = queue(add(`https://hooks.example.com:${(impostor.address() as AddressInfo).port}/hook`));
    await attempted(id, 1);
    expect(state(id).failure).toContain('self-signed certificate');
    expect(requests).toBe(0);
  });

  it('is nothing that does not speak TLS where https was asked for', async () => {
    const { add, queue, state, attempted } = await openRig();
    const id = queue(add(receiver.url.replace('http:', 'https:')));
    await attempted(id, 1);
    expect(state(id)).toMatchObject({ state: 'queued', failure: expect.any(String) });
    expect(receiver.received).toEqual([]);
  });
});
