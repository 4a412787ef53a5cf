/** The envelope: tickets, services, and failures as remote_api tells them. */
import { describe, expect, it } from 'vitest';
import { ApplicationError, RpcError } from '../../../../src/platform/apis/api-problem.ts';
import { type ApiService, apiMethod } from '../../../../src/platform/apis/api-service.ts';
import { TicketOffice } from '../../../../src/platform/apis/api-tickets.ts';
import { schema } from '../../../../src/platform/apis/protocol/codec.ts';
import { remoteRequest, remoteResponse } from '../../../../src/platform/apis/protocol/remote-api.ts';
import { answerRemoteCall } from '../../../../src/platform/apis/remote-call.ts';
import { ticketRequest } from './caller.ts';

const definitions = schema('message Text { required string text = 1; }');
const text = definitions.message<{ readonly text: string }>('Text');

const echo: ApiService = {
  Echo: apiMethod(text, text, ({ text: sent }, { caller }) => ({ text: `${sent} in ${caller.requestId}` })),
  Refuse: apiMethod(text, text, () => {
    throw new ApplicationError(42, 'no');
  }),
  Forbid: apiMethod(text, text, () => {
    throw new RpcError('overQuota', 'too much');
  }),
  Break: apiMethod(text, text, () => {
    throw new Error('a secret of the platform');
  }),
};

function bench() {
  const tickets = new TicketOffice();
  const defects: unknown[] = [];
  const ticket = tickets.open(ticketRequest({ requestId: 'abc' }));
  const call = async (request: Partial<Parameters<typeof remoteRequest.encode>[0]>) => {
    const body = remoteRequest.encode({
      service_name: 'echo',
      method: 'Echo',
      request: text.encode({ text: 'hello' }),
      request_id: ticket,
      ...request,
    });
    return answer(body);
  };
  const calls = {
    tickets,
    services: { echo },
    disabledServices: new Set(['datastore_v3']),
    onDefect: (error: unknown) => defects.push(error),
  };
  const answer = async (body: Uint8Array) => {
    const limits = { deadlineMs: 1000, signal: new AbortController().signal };
    return remoteResponse.decode(await answerRemoteCall(calls, body, limits));
  };
  return { tickets, ticket, defects, call, answer };
}

describe('a remote call', () => {
  it('runs the method in the name of the ticket’s request', async () => {
    const { response } = await bench().call({});
    expect(response && text.decode(response)).toEqual({ text: 'hello in abc' });
  });

  it('5.6c is a security violation without a ticket, with an unknown one, and after the request', async () => {
    const { call, tickets, ticket } = bench();
    expect((await call({ request_id: undefined })).rpc_error?.code).toBe(3);
    expect((await call({ request_id: 'guessed' })).rpc_error?.code).toBe(3);
    tickets.close(ticket);
    expect(await call({})).toEqual({ rpc_error: { code: 3, detail: expect.stringContaining('ended') } });
  });

  it('5.6b tells the service’s own error, and the call’s', async () => {
    const { call } = bench();
    expect(await call({ method: 'Refuse' })).toEqual({ application_error: { code: 42, detail: 'no' } });
    expect(await call({ method: 'Forbid' })).toEqual({ rpc_error: { code: 4, detail: 'too much' } });
  });

  it('5.6b 5.5h says which of a service, a method and a platform’s choice is missing', async () => {
    const { call } = bench();
    expect((await call({ service_name: 'nonsense' })).rpc_error?.code).toBe(1);
    expect((await call({ method: 'Nonsense' })).rpc_error?.code).toBe(1);
    expect((await call({ method: 'toString' })).rpc_error?.code).toBe(1);
    expect((await call({ service_name: 'constructor' })).rpc_error?.code).toBe(1);
    expect((await call({ service_name: 'datastore_v3' })).rpc_error?.code).toBe(7);
  });

  it('that can not be read is a parse error', async () => {
    const { call, answer } = bench();
    expect((await call({ request: new Uint8Array([0xff]) })).rpc_error?.code).toBe(2);
    expect((await call({ request: new Uint8Array() })).rpc_error?.code).toBe(2);
    expect((await answer(new Uint8Array([1, 2, 3]))).rpc_error?.code).toBe(2);
  });

  it('keeps a defect of the platform to the platform', async () => {
    const { call, defects } = bench();
    expect(await call({ method: 'Break' })).toEqual({ rpc_error: { code: 0, detail: 'the platform failed' } });
    expect(defects).toMatchObject([{ message: 'a secret of the platform' }]);
  });
});

describe('tickets', () => {
  it('5.6c are different and can not be guessed', () => {
    const tickets = new TicketOffice();
    const all = Array.from({ length: 100 }, () => tickets.open(ticketRequest()));
    expect(new Set(all).size).toBe(100);
    for (const ticket of all) expect(ticket).toMatch(/^[0-9a-f]{32}$/);
  });

  it('know the running requests of an application', () => {
    const tickets = new TicketOffice();
    const mine = tickets.open(ticketRequest({ requestId: 'mine' }));
    tickets.open(ticketRequest({ requestId: 'other' }, { application: 'other' }));
    expect(tickets.running('shop').map(({ requestId }) => requestId)).toEqual(['mine']);
    tickets.close(mine);
    expect(tickets.running('shop')).toEqual([]);
  });
});
