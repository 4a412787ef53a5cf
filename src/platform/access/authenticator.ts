/** From a request to its caller: the token of this machine's user, a token of the platform, or a browser's session. */
import type { IncomingMessage } from 'node:http';
import { failure } from '../../errors.ts';
import type { Identity } from '../../model/access.ts';
import { type ConsoleSessions, type Holder, SESSION_PREFIX } from '../console/console-sessions.ts';
import type { AuditLog } from './audit-log.ts';
import { Caller } from './caller.ts';
import type { Channel } from './channel.ts';
import type { Access } from './route-access.ts';
import type { SignInLimits } from './sign-in-limits.ts';
import { hashOf, isSameSecret } from './token-secret.ts';
import type { TokenStore } from './token-store.ts';

export interface AuthenticatorParts {
  /** Of the user whose platform it is; from this machine only. */
  readonly localToken: string;
  readonly tokens: TokenStore;
  readonly sessions: Pick<ConsoleSessions, 'find'>;
  readonly limits: SignInLimits;
  readonly audit: Pick<AuditLog, 'record'>;
}

const localUser: Identity = { kind: 'local', name: 'local', role: 'admin' };

export class Authenticator {
  readonly #parts: AuthenticatorParts;
  readonly #localHash: string;

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
    this.#localHash = hashOf(parts.localToken);
  }

  /**
   * undefined for a request that carries nothing.
   * @throws AppcfgError `control.unauthorized`, `control.too-many-requests`
   */
  callerOf(message: IncomingMessage, channel: Channel, access: Access | undefined): Caller | undefined {
    const holder = this.#holderOf(message, channel, access);
    if (holder === undefined) return undefined;
    const { tokenId } = holder;
    const waitSeconds = tokenId === undefined ? 0 : this.#parts.limits.waitOfToken(tokenId);
    if (waitSeconds > 0)
      throw failure('control.too-many-requests', { who: `the token ${holder.identity.name}`, waitSeconds });
    return new Caller(holder.identity, channel.address, tokenId);
  }

  /** Whose token this is. @throws AppcfgError `control.unauthorized`, `control.too-many-requests` */
  signIn(token: string, channel: Channel): Holder {
    const { limits, tokens } = this.#parts;
    if (channel.isLocal && isSameSecret(token, this.#localHash)) return { identity: localUser };
    if (token.startsWith(SESSION_PREFIX)) return this.#session(token, channel);
    // Who is on this machine can't be told from another one on it: a stranger must not lock out its user.
    const waitSeconds = channel.isLocal ? 0 : limits.waitOfAddress(channel.address);
    if (waitSeconds > 0) throw failure('control.too-many-requests', { who: 'this address', waitSeconds });
    const found = tokens.find(token);
    if (typeof found === 'object') return { identity: found.identity, tokenId: found.id };
    // What was a token once is no guess: a forgotten job must not lock out its neighbours.
    if (found === 'unknown') this.#noteFailure(channel);
    throw failure('control.unauthorized', { reason: found });
  }

  #holderOf(message: IncomingMessage, channel: Channel, access: Access | undefined): Holder | undefined {
    const given = message.headers.authorization;
    if (given !== undefined) return this.signIn(/^bearer +(.+)$/i.exec(given.trim())?.[1] ?? '', channel);
    // Without a token only this machine is let in, wherever the control API listens.
    return access?.allowsLocalWithoutToken === true && channel.isLocal ? { identity: localUser } : undefined;
  }

  /** Good for as long as what it was begun with is. */
  #session(token: string, channel: Channel): Holder {
    const found = this.#parts.sessions.find(token);
    const isGood = found?.tokenId === undefined ? channel.isLocal : this.#parts.tokens.isUsable(found.tokenId);
    if (found === undefined || !isGood) throw failure('control.unauthorized', { reason: 'ended' });
    return found;
  }

  #noteFailure(channel: Channel): void {
    const { limits, audit } = this.#parts;
    if (channel.isLocal || !limits.failed(channel.address)) return;
    // One entry for all of them: guessing must not fill the log.
    const error = 'control.too-many-requests';
    audit.record({ actor: 'unknown', address: channel.address, action: 'sign in', result: 'refused', error });
  }
}
