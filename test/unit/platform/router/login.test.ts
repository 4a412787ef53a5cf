import { describe, expect, it } from 'vitest';
import type { InternalKind } from '../../../../src/platform/router/internal-request.ts';
import { createLoginSigner, nickname, userId } from '../../../../src/platform/router/login-cookie.ts';
import { type Caller, loginOutcome } from '../../../../src/platform/router/login-rules.ts';

const nobody: Caller = { user: undefined, internal: undefined, isSameApplication: false };
const user: Caller = { ...nobody, user: { email: 'a@b.c', isAdmin: false, id: '1' } };
const admin: Caller = { ...nobody, user: { email: 'a@b.c', isAdmin: true, id: '1' } };
const platform = (internal: InternalKind): Caller => ({ ...nobody, internal });
const sameApp: Caller = { user: undefined, internal: 'urlfetch', isSameApplication: true };
const otherApp: Caller = { ...sameApp, isSameApplication: false };

describe('login: rules', () => {
  it.each([
    ['nobody', nobody, 'redirect', 'unauthorized', 'redirect', 'unauthorized'],
    ['a user', user, 'ok', 'ok', 'not-admin', 'not-admin'],
    ['an administrator', admin, 'ok', 'ok', 'ok', 'ok'],
    ['a task', platform('task'), 'redirect', 'unauthorized', 'ok', 'ok'],
    ['a cron job', platform('cron'), 'redirect', 'unauthorized', 'ok', 'ok'],
    ['a background thread', platform('background'), 'redirect', 'unauthorized', 'ok', 'ok'],
    ['a start request', platform('start'), 'ok', 'ok', 'ok', 'ok'],
    ['a warm-up request', platform('warmup'), 'ok', 'ok', 'ok', 'ok'],
    ['code of the same application', sameApp, 'redirect', 'unauthorized', 'ok', 'ok'],
    ['code of another application', otherApp, 'redirect', 'unauthorized', 'redirect', 'unauthorized'],
  ] as const)('%s', (_, caller, required, required401, adminOnly, adminOnly401) => {
    expect(loginOutcome('optional', 'redirect', caller)).toBe('ok');
    expect(loginOutcome('required', 'redirect', caller)).toBe(required);
    expect(loginOutcome('required', 'unauthorized', caller)).toBe(required401);
    expect(loginOutcome('admin', 'redirect', caller)).toBe(adminOnly);
    expect(loginOutcome('admin', 'unauthorized', caller)).toBe(adminOnly401);
  });
});

describe('the login cookie', () => {
  const signer = createLoginSigner('secret of this platform');
  const login = { email: 'Jo@example.com', isAdmin: true, application: 'shop', expiresMs: 1000 };
  const cookie = signer.sign(login);

  it('names the user to the platform that made it', () => {
    expect(signer.verify(cookie, 'shop', 999)).toEqual({
      email: 'Jo@example.com',
      isAdmin: true,
      id: userId('jo@example.com'),
    });
  });
  it('ends', () => {
    expect(signer.verify(cookie, 'shop', 1000)).toBeUndefined();
  });
  it('is no use in another application or on another platform', () => {
    expect(signer.verify(cookie, 'bank', 0)).toBeUndefined();
    expect(createLoginSigner('another secret').verify(cookie, 'shop', 0)).toBeUndefined();
  });
  it('can not be changed', () => {
    const [text = '', mac = ''] = cookie.split('.');
    const forged = Buffer.from(Buffer.from(text, 'base64url').toString().replace('Jo@', 'Xo@')).toString('base64url');
    for (const attempt of [
      `${forged}.${mac}`,
      text,
      `${text}.`,
      `${text}.${mac.slice(1)}`,
      `.${mac}`,
      '',
      '.',
      'admin=True',
    ]) {
      expect(signer.verify(attempt, 'shop', 0)).toBeUndefined();
    }
  });
});

describe('users', () => {
  it('4v have the id that the development server gives them', () => {
    // MD5 of test@example.com is 55502f40dc8b7c769880b10874abc9d0.
    expect(userId('test@example.com')).toBe('185804764220139124118');
    expect(userId('Test@Example.com')).toBe(userId('test@example.com'));
  });
  it('have a nickname', () => {
    expect([nickname('jo@gmail.com'), nickname('jo@example.com')]).toEqual(['jo', 'jo@example.com']);
  });
});
