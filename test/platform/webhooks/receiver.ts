/** A receiver of web-hooks on loopback: keeps what it is sent, and answers as a test says. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type AnswerHook = (response: ServerResponse, received: Received, count: number) => void;

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How the next ones are answered; 204 at first. */
  answer: AnswerHook;
  close(): void;
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): AnswerHook =>
  (response) =>
    response.writeHead(code, headers).end(body);

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const one = { path: message.url ?? '', headers: message.headers, body: Buffer.concat(chunks).toString() };
      received.push(one);
      receiver.answer(response, one, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: status(204),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return receiver;
}

/** Waits for the thing itself. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
