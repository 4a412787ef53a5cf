/** Requests to the control API when connections break: repeated where that is the same as once, never elsewhere. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ControlRequest, createControlClient } from '../../src/adapters/platform/control-client.ts';
import type { Clock } from '../../src/support/clock.ts';
import { systemClock } from '../../src/support/clock.ts';

type Answer = (message: IncomingMessage, response: ServerResponse) => void;

const ok: Answer = (_, response) => response.end('{"ok":true}');
const reset: Answer = (message) => message.socket.resetAndDestroy();
const cut: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('{"ok"');
  setImmediate(() => response.destroy());
};
const closing: Answer = (_, response) => {
  const appcfg = { code: 'platform.closing', details: {}, hints: [] };
  response.writeHead(503);
  response.end(JSON.stringify({ error: { code: 503, message: 'closing', status: 'UNAVAILABLE', appcfg } }));
};
const broken: Answer = (_, response) => {
  response.writeHead(500);
  response.end('oops');
};

/** Time that is not waited for. */
function impatientClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    ...systemClock,
    waits,
    sleep: async (ms) => {
      waits.push(ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** A server that answers as listed, then always well. */
async function serverWith(answers: readonly Answer[], port = 0) {
  let requests = 0;
  const server: Server = createServer((message, response) => {
    message.resume();
    const answer = answers[requests] ?? ok;
    requests += 1;
    answer(message, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = impatientClock();
  const client = createControlClient({ url, token: 'planted-token' }, clock);
  return { client, clock, url, close, requests: () => requests };
}

const question: ControlRequest = { method: 'GET', path: '/x' };

describe('a request that may be repeated', () => {
  it.each([
    ['a reset', reset],
    ['an answer that is cut', cut],
    ['a platform that is closing', closing],
  ])('is sent again after %s', async (_, failing) => {
    const { client, requests } = await serverWith([failing, failing]);
    expect(await client.json(question)).toEqual({ ok: true });
    expect(await client.json({ method: 'POST', path: '/x', body: {}, isRepeatable: true })).toEqual({ ok: true });
    expect(requests()).toBe(4);
  });

  it('is given up after a while, with growing pauses', async () => {
    const { client, clock, requests } = await serverWith(Array.from({ length: 100 }, () => reset));
    await expect(client.json(question)).rejects.toMatchObject({ code: 'backend.unreachable' });
    expect(requests()).toBe(8);
    expect(clock.waits).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
  });

  it('is sent again to one that answered before and is not there, not to one that never was', async () => {
    const { client, url, close } = await serverWith([]);
    await client.json(question);
    await close();
    const back = serverWith([], Number(new URL(url).port));
    expect(await Promise.all([client.json(question), back])).toMatchObject([{ ok: true }, {}]);
    const clock = impatientClock();
    const nowhere = createControlClient({ url: 'http://127.0.0.1:1', token: '' }, clock);
    await expect(nowhere.json(question)).rejects.toMatchObject({
      code: 'backend.unreachable',
      details: { reason: 'connection refused' },
    });
    expect(clock.waits).toEqual([]);
  });

  it('is not sent again after a refusal', async () => {
    const { client, requests } = await serverWith([broken]);
    await expect(client.json(question)).rejects.toMatchObject({ code: 'backend.protocol' });
    expect(requests()).toBe(1);
  });

  it('ends when the caller does not want it any more', async () => {
    const { client, clock } = await serverWith(Array.from({ length: 100 }, () => reset));
    const controller = new AbortController();
    clock.sleep = async () => controller.abort(new Error('no more'));
    await expect(client.json({ ...question, signal: controller.signal })).rejects.toThrow('no more');
  });
});

describe('a request that must not be repeated', () => {
  it('is sent once', async () => {
    const { client, requests } = await serverWith([reset]);
    await expect(client.json({ method: 'POST', path: '/x', body: {} })).rejects.toMatchObject({
      code: 'backend.unreachable',
    });
    expect(requests()).toBe(1);
  });
});

it('keeps the token out of what it throws', async () => {
  const { client } = await serverWith([reset]);
  const error = await client.json({ method: 'POST', path: '/x' }).catch((thrown: unknown) => thrown);
  expect(inspect(error, { depth: 10 })).not.toContain('planted-token');
});
