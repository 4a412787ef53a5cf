/** The signed-in user of the local login page: a cookie that only this platform can make. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export const LOGIN_COOKIE = 'appcfg_login';

export interface SignedInUser {
  readonly email: string;
  readonly isAdmin: boolean;
  /** Digits, the same for an address on every platform. */
  readonly id: string;
}

export interface LoginSigner {
  sign(login: {
    readonly email: string;
    readonly isAdmin: boolean;
    readonly application: string;
    readonly expiresMs: number;
  }): string;
  /** Undefined for cookies that are forged, expired or of another application. */
  verify(cookie: string | undefined, application: string, nowMs: number): SignedInUser | undefined;
}

interface Payload {
  readonly email: string;
  readonly admin: boolean;
  readonly app: string;
  readonly expires: number;
}

export function createLoginSigner(secret: string): LoginSigner {
  const key = createHash('sha256').update(`appcfg login cookie\n${secret}`).digest();
  const mac = (text: string) => createHmac('sha256', key).update(text).digest();
  return {
    sign({ email, isAdmin, application, expiresMs }) {
      const payload: Payload = { email, admin: isAdmin, app: application, expires: expiresMs };
      const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
      return `${text}.${mac(text).toString('base64url')}`;
    },
    verify(cookie, application, nowMs) {
      if (cookie === undefined) return undefined;
      const dot = cookie.indexOf('.');
      if (dot === -1) return undefined;
      const text = cookie.slice(0, dot);
      const given = Buffer.from(cookie.slice(dot + 1), 'base64url');
      const expected = mac(text);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      const payload = JSON.parse(Buffer.from(text, 'base64url').toString()) as Payload;
      if (payload.app !== application || payload.expires <= nowMs) return undefined;
      return { email: payload.email, isAdmin: payload.admin, id: userId(payload.email) };
    },
  };
}

/** As App Engine's development server derives it, so that stored ids keep their meaning. */
export function userId(email: string): string {
  const digest = createHash('md5').update(email.toLowerCase()).digest();
  const digits = [...digest].map((byte) => String(byte).padStart(2, '0')).join('');
  return `1${digits.slice(0, 20)}`;
}

/** The name App Engine shows: the address without the domain that everybody shares. */
export function nickname(email: string): string {
  return email.endsWith('@gmail.com') ? email.slice(0, -'@gmail.com'.length) : email;
}
