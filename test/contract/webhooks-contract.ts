/** The contract of web-hooks: kept without their secrets, told of releases, and logged. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requireRole } from '../../src/backend/require-role.ts';
import { type WebhookDelivery, webhookEvents } from '../../src/model/webhook.ts';
import { type ContractBench, codeOf } from './contract-bench.ts';

const secret = 'planted-5ecre7-of-the-contract';

export function webhooksContract(bench: ContractBench): void {
  // Whoever sends over a network finds somebody who answers there.
  const receiver = createServer((message, response) => message.resume().on('end', () => response.writeHead(204).end()));
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => {
    receiver.close();
    receiver.closeAllConnections();
  });

  async function deployed(): Promise<string> {
    const application = bench.newApplication();
    await bench.release(application, [bench.upload()]);
    return application;
  }

  async function settled(application: string, count: number): Promise<readonly WebhookDelivery[]> {
    const { deliveries } = requireRole(bench.backend, 'webhooks');
    const end = performance.now() + 20_000;
    for (;;) {
      const found = await deliveries(application, {});
      if (found.length >= count && found.every(({ state }) => state !== 'queued')) return found;
      if (performance.now() > end) throw new Error(`never delivered: ${JSON.stringify(found)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  it('are kept with all but their secrets, and gone when they are removed', async () => {
    const { add, list, remove } = requireRole(bench.backend, 'webhooks');
    const application = await deployed();
    expect(await list(application)).toEqual([]);
    const added = await add(application, { url, events: ['release.live'], secret });
    expect(added).toEqual({
      id: added.id,
      url,
      events: ['release.live'],
      createdAt: added.createdAt,
      createdBy: added.createdBy,
    });
    expect(await list(application)).toEqual([added]);
    const other = await add(application, { url: `${url}/2`, events: webhookEvents, secret });
    expect((await list(application)).map(({ id }) => id)).toEqual([added.id, other.id]);
    expect(JSON.stringify(await list(application))).not.toContain(secret);
    expect(await remove(application, added.id)).toEqual(added);
    expect(await list(application)).toEqual([other]);
  });

  it('are told of what they asked for, and their log says what came of it', async () => {
    const { add, deliveries, list, redeliver } = requireRole(bench.backend, 'webhooks');
    const application = await deployed();
    const { id } = await add(application, { url, events: ['release.live', 'release.rolled-back'], secret });
    await bench.release(application, [bench.upload({ content: 'two' })]);
    await bench.backend.traffic.set(application, { default: { shardBy: 'random', allocations: { uno: 1 } } });
    await bench.backend.releases.rollback(application, 'r1');
    const found = await settled(application, 2);
    expect(found.map(({ event }) => event)).toEqual(['release.rolled-back', 'release.live']);
    const sample = { webhook: id, state: 'delivered', attempts: 1, status: 204 };
    expect(found).toMatchObject([sample, sample]);
    const [newest] = found;
    if (!newest) expect.unreachable();
    expect((await list(application))[0]?.lastDelivery).toMatchObject({ id: newest.id, event: 'release.rolled-back' });
    expect(await deliveries(application, { webhook: id, limit: 1 })).toHaveLength(1);
    expect(await redeliver(application, newest.id)).toMatchObject({ id: newest.id, state: 'queued' });
    expect(await settled(application, 2)).toMatchObject([{ id: newest.id, state: 'delivered' }, {}]);
  });

  it('are tested with a ping that is answered at once', async () => {
    const { add, test } = requireRole(bench.backend, 'webhooks');
    const application = await deployed();
    const { id } = await add(application, { url, events: ['release.failed'], secret });
    const delivery = await test(application, id);
    expect(delivery).toMatchObject({ webhook: id, event: 'ping', state: 'delivered', status: 204, attempts: 1 });
    expect(await settled(application, 1)).toMatchObject([{ id: delivery.id }]);
  });

  it('say what is wrong', async () => {
    const { add, list, remove, test, deliveries, redeliver } = requireRole(bench.backend, 'webhooks');
    const nobody = bench.newApplication();
    const wish = { url, events: webhookEvents, secret };
    expect(await codeOf(list(nobody))).toBe('application.not-found');
    expect(await codeOf(add(nobody, wish))).toBe('application.not-found');
    const application = await deployed();
    for (const bad of ['nowhere', 'ftp://example.com/', 'https://user:pass@example.com/', 'https://example.com:25/'])
      expect(await codeOf(add(application, { ...wish, url: bad }))).toBe('webhook.bad-url');
    for (const bad of ['short', 'a b c d e f g h i j k', 'x'.repeat(257)])
      expect(await codeOf(add(application, { ...wish, secret: bad }))).toBe('webhook.bad-secret');
    await add(application, wish);
    expect(await codeOf(add(application, wish))).toBe('webhook.exists');
    for (const call of [remove, test]) expect(await codeOf(call(application, 'wh_none'))).toBe('webhook.not-found');
    expect(await codeOf(deliveries(application, { webhook: 'wh_none' }))).toBe('webhook.not-found');
    expect(await codeOf(redeliver(application, 'none'))).toBe('webhook.delivery-not-found');
    for (let index = 1; index < 20; index += 1) await add(application, { ...wish, url: `${url}/${index}` });
    expect(await codeOf(add(application, { ...wish, url: `${url}/21` }))).toBe('webhook.too-many');
  });
}
