/** The API server's HTTP side: what anybody on this machine can do at its port. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApiServer } from '../../../src/platform/apis/api-server.ts';
import type { ApiService } from '../../../src/platform/apis/api-service.ts';
import { TicketOffice } from '../../../src/platform/apis/api-tickets.ts';
import { remoteRequest, remoteResponse } from '../../../src/platform/apis/protocol/remote-api.ts';
import { ticketRequest } from '../../unit/platform/apis/caller.ts';

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

async function bench(service: ApiService = {}) {
  const tickets = new TicketOffice();
  const defects: unknown[] = [];
  const server = createApiServer({
    tickets,
    services: { service },
    disabledServices: new Set(),
    onDefect: (error) => void defects.push(error),
  });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const send = (
    path: string,
    body: Uint8Array = new Uint8Array(),
    options: { readonly method?: string; readonly headers?: Record<string, string> } = {},
  ) =>
    new Promise<Answer>((done, fail) => {
      const { method = 'POST', headers = {} } = options;
      const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
      });
      outgoing.on('error', fail);
      outgoing.end(body);
    });
  const ticket = tickets.open(ticketRequest());
  const call = (method: string) =>
    remoteRequest.encode({ service_name: 'service', method, request: new Uint8Array(), request_id: ticket });
  return { server, port, send, call, defects };
}

describe('the API server', () => {
  it('5.6a answers calls at /rpc_http and /, with 200 whatever comes of them', async () => {
    const { send, call } = await bench({ Say: async () => Buffer.from('said') });
    for (const path of ['/rpc_http', '/']) {
      const said = await send(path, call('Say'));
      expect(said.status).toBe(200);
      expect(remoteResponse.decode(said.body)).toEqual({ response: Buffer.from('said') });
      const refused = await send(path, call('Absent'));
      expect(refused.status).toBe(200);
      expect(remoteResponse.decode(refused.body).rpc_error?.code).toBe(1);
      const nonsense = await send(path, Buffer.from('nonsense'));
      expect(nonsense.status).toBe(200);
      expect(remoteResponse.decode(nonsense.body).rpc_error?.code).toBe(2);
    }
  });

  it('has nothing for browsers and other paths', async () => {
    const { send } = await bench();
    expect((await send('/', undefined, { method: 'GET' })).status).toBe(404);
    expect((await send('/other')).status).toBe(404);
    expect((await send('/rpc_http', undefined, { method: 'OPTIONS' })).status).toBe(404);
  });

  it('hands the deadline on, within bounds, and says when nobody waits any more', async () => {
    const seen: number[] = [];
    const began = deferred();
    const gone = deferred();
    const { send, call, port } = await bench({
      Look: async (_, { deadlineMs }) => {
        seen.push(deadlineMs);
        return new Uint8Array();
      },
      Wait: async (_, { signal }) => {
        signal.addEventListener('abort', () => gone.resolve());
        began.resolve();
        return new Promise(() => {});
      },
    });
    for (const seconds of ['2.5', 'nonsense', '-1', '1e9']) {
      await send('/rpc_http', call('Look'), { headers: { 'X-Google-RPC-Service-Deadline': seconds } });
    }
    expect(seen).toEqual([2500, 60_000, 60_000, 600_000]);
    const body = call('Wait');
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST /rpc_http HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.write(body);
    await began.promise;
    socket.destroy();
    await gone.promise;
  });

  it('does not read calls without end', async () => {
    const { send } = await bench();
    const answer = await send('/rpc_http', Buffer.alloc(50 * 1024 * 1024 + 1));
    expect(answer.status).toBe(200);
    expect(remoteResponse.decode(answer.body).rpc_error?.code).toBe(5);
  });

  it('outlives a defect, and ends with calls under way', async () => {
    const began = deferred();
    const { server, send, call, defects } = await bench({
      Break: async () => {
        throw new TypeError('a defect');
      },
      Wait: () => {
        began.resolve();
        return new Promise(() => {});
      },
    });
    expect(remoteResponse.decode((await send('/rpc_http', call('Break'))).body).rpc_error?.code).toBe(0);
    expect(defects).toMatchObject([{ message: 'a defect' }]);
    const waiting = send('/rpc_http', call('Wait'));
    const broken = expect(waiting).rejects.toThrow();
    await began.promise;
    await server.close();
    await broken;
  });
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
