/** WebSockets (RFC 6455): the handshake goes to an instance, then the two connections are spliced. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../errors.ts';
import type { Claim } from '../serving/version-pool.ts';
import { forwardHeaders } from './forward-headers.ts';
import { InstanceRequest } from './instance-request.ts';
import { pageReply } from './replies.ts';
import { responseHead } from './response-headers.ts';
import { type Splice, splice } from './splice.ts';
import { fieldsOf } from './wire/fields.ts';

const MAX_CLAIMS = 3;
/** After the end of a cut connection was announced, before it is broken. */
const CLOSE_GRACE_MS = 1000;
/** A client that takes nothing of what is left for it has this many times the grace. */
const STALLED_LOOKS = 60;

export class WebSocketTunnel extends InstanceRequest {
  #outgoing: ClientRequest | undefined;
  #response: IncomingMessage | undefined;
  #splice: Splice | undefined;
  #cancelLimit: (() => void) | undefined;
  #cancelBreak: (() => void) | undefined;
  #claims = 0;

  /** A handshake has no body; what follows it has no deadline. */
  protected override readonly waitsForClient = false;

  protected override send(claim: Claim): void {
    this.#claims += 1;
    const { exchange, target } = this.request;
    const lines = forwardHeaders(this.core, this.request, { remainingMs: undefined, ticket: this.ticket });
    const headers = [...fieldsOf(lines), 'Connection', 'Upgrade', 'Upgrade', 'websocket'];
    let isConnected = false;
    const outgoing = httpRequest({
      method: exchange.method,
      path: target.rawPath + target.query,
      headers,
      createConnection: () =>
        connect({ host: claim.host, port: claim.port, noDelay: true }, () => {
          isConnected = true;
          this.request.reachedInstance = true;
        }),
    });
    this.#outgoing = outgoing;
    outgoing.on('upgrade', (response, socket, head) => this.#onUpgrade(response, socket, head));
    outgoing.on('response', (response) => this.#onResponse(response));
    outgoing.on('error', (error) => this.#onError(error, isConnected));
    outgoing.end();
  }

  override clientDrained(): void {
    this.#response?.resume();
  }

  /** A connected client gets the end of the connection rather than a reset. */
  override instanceEnded(): void {
    if (this.#splice) this.#closeSoon(this.#splice);
    else super.instanceEnded();
  }

  protected override stopUpstream(): void {
    this.#outgoing?.destroy();
    this.#response?.destroy();
    this.#splice?.destroy();
  }

  #onUpgrade(response: IncomingMessage, instance: Duplex, head: Buffer): void {
    const { upgrade } = this.request.exchange;
    if (this.isDone || !upgrade) {
      instance.destroy();
      return;
    }
    this.liftDeadline();
    this.markAnswered();
    this.claim?.becomeLasting?.();
    this.status = 101;
    const { socket: client, early } = upgrade.take();
    client.write(handshake(response, this.responseExtras));
    if (head.length > 0) client.write(head);
    if (early.length > 0) instance.write(early);
    this.core.counters.webSocketsOpen += 1;
    const spliced = splice({
      client,
      instance,
      onOneEnded: () => this.#breakWhenStill(spliced, { delivered: spliced.delivered, looks: 0 }),
      onClosed: () => this.#onClosed(),
    });
    this.#splice = spliced;
    const { clock, maxWebSocketMs } = this.core;
    this.#cancelLimit = clock.after(maxWebSocketMs, () => this.#closeSoon(spliced), { isBackground: true });
  }

  #onClosed(): void {
    this.#cancelLimit?.();
    this.#cancelBreak?.();
    this.core.counters.webSocketsOpen -= 1;
    this.responseSize = this.#splice?.toClient ?? 0;
    if (!this.isDone) this.finish(101);
  }

  #closeSoon(spliced: Splice): void {
    spliced.close();
    this.#breakAfterGrace(() => spliced.destroy());
  }

  /** A side that went away without a word leaves the other half open: it ends when nothing moves any more. */
  #breakWhenStill(spliced: Splice, last: { readonly delivered: number; readonly looks: number }): void {
    this.#breakAfterGrace(() => {
      const { delivered, waiting } = spliced;
      const looks = delivered === last.delivered ? last.looks + 1 : 0;
      if (looks >= (waiting > 0 ? STALLED_LOOKS : 1)) spliced.destroy();
      else this.#breakWhenStill(spliced, { delivered, looks });
    });
  }

  #breakAfterGrace(act: () => void): void {
    this.#cancelBreak?.();
    this.#cancelBreak = this.core.clock.after(CLOSE_GRACE_MS, act, { isBackground: true });
  }

  /** The application did not upgrade: an ordinary response, on a connection that ends with it. */
  #onResponse(response: IncomingMessage): void {
    if (this.isDone) return;
    this.#response = response;
    const { exchange, route } = this.request;
    const status = response.statusCode ?? 502;
    const extras = this.responseExtras;
    const { headers } = responseHead(response.rawHeaders, {
      generation: route.version.compiled.generation,
      status,
      addsCookie: extras.includes('Set-Cookie'),
    });
    headers.push(...extras);
    try {
      exchange.sendHead(status, response.statusMessage ?? '', headers);
    } catch (error) {
      this.fail(badGateway, `the response could not be passed on: ${messageOf(error)}`);
      return;
    }
    this.status = status;
    response.on('data', (chunk: Buffer) => {
      this.responseSize += chunk.length;
      if (!this.isDone && !exchange.write(chunk)) response.pause();
    });
    response.on('error', () => {});
    response.on('close', () => {
      if (this.isDone) return;
      if (!response.complete) {
        this.fail(badGateway, 'the response broke off', { isInstanceFailure: true });
        return;
      }
      exchange.end();
      this.finish(status);
    });
  }

  #onError(error: Error, isConnected: boolean): void {
    if (this.isDone || this.#response || this.#splice) return;
    if (!isConnected && this.#claims < MAX_CLAIMS) {
      this.core.counters.retries += 1;
      this.releaseClaim(502, { isInstanceFailure: true });
      this.claimInstance();
      return;
    }
    this.fail(badGateway, `the instance failed: ${error.message}`, { isInstanceFailure: true });
  }
}

const badGateway = pageReply(502, 'Bad Gateway', 'The application broke the connection before it answered.');

/** The instance's own answer, byte for byte but for what the router adds. */
function handshake(response: IncomingMessage, extras: readonly string[]): string {
  const fields = [...response.rawHeaders, ...extras];
  let text = `HTTP/1.1 101 ${response.statusMessage || 'Switching Protocols'}\r\n`;
  for (let index = 0; index + 1 < fields.length; index += 2) text += `${fields[index]}: ${fields[index + 1]}\r\n`;
  return `${text}\r\n`;
}
