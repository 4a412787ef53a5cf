/** What a token looks like: `appcfg_`, twelve letters by which it is found, and a secret of 190 bits. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN = /^appcfg_([a-z0-9]{12})_([A-Za-z0-9]{32})$/;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface TokenSecret {
  readonly id: string;
  readonly token: string;
  readonly hash: string;
}

export function newTokenSecret(): TokenSecret {
  const id = letters(12).toLowerCase();
  const token = `appcfg_${id}_${letters(32)}`;
  return { id, token, hash: hashOf(token) };
}

/** undefined for what is no token of this kind. */
export function tokenId(token: string): string | undefined {
  return TOKEN.exec(token)?.[1];
}

/** The secret is random and long: a plain hash can't be reversed, and slow ones would only slow down every request. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** In a time that does not depend on where they differ. */
export function isSameSecret(given: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(given)), Buffer.from(hash.padEnd(64).slice(0, 64)));
}

function letters(count: number): string {
  let text = '';
  while (text.length < count) {
    // 248 = 4 * 62: the bytes above it would make some letters likelier than others.
    for (const byte of randomBytes(count)) if (byte < 248 && text.length < count) text += LETTERS[byte % 62];
  }
  return text;
}
