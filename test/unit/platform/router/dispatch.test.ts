import { describe, expect, it } from 'vitest';
import { compileDispatch, dispatchModule, rulesForHosts } from '../../../../src/platform/router/dispatch.ts';

const all = () => true;

function dispatched(urls: Readonly<Record<string, string>>, host: string, path: string): string | undefined {
  const rules = compileDispatch(
    Object.entries(urls).map(([url, module]) => ({ url, module })),
    all,
  );
  return dispatchModule(rulesForHosts(rules, [host]), path);
}

describe('dispatch rules', () => {
  // Measured on App Engine's development server for these two rules.
  const measured = { '*/mobile/*': 'mobile', '*/work': 'work' };
  it.each([
    ['/mobile/', 'mobile'],
    ['/mobile/x', 'mobile'],
    ['/mobile', undefined],
    ['/a/mobile/x', undefined],
    ['//mobile/', undefined],
    ['/work', 'work'],
    ['/work/', undefined],
    ['/x/work', undefined],
  ])('1.3b %s goes to %s', (path, module) => {
    expect(dispatched(measured, 'app.appspot.com', path)).toBe(module);
  });

  it.each([
    ['app.appspot.com', 'exact'],
    ['x.app.appspot.com', 'suffix'],
    ['y.x.app.appspot.com', 'suffix'],
    ['www-live.example.com', 'glob'],
    ['live.example.com', undefined],
    ['other.org', undefined],
  ])('V18 1.3a host %s goes to %s', (host, module) => {
    const rules = { 'app.appspot.com/*': 'exact', '*.app.appspot.com/*': 'suffix', '*-live.example.com/*': 'glob' };
    expect(dispatched(rules, host, '/any')).toBe(module);
  });

  it('1.3c takes the first that matches', () => {
    expect(dispatched({ '*/a/*': 'first', '*/a/b*': 'second' }, 'h', '/a/b')).toBe('first');
  });

  it('1.3a knows an application by its regional host too', () => {
    expect(dispatched({ 'app.uc.r.appspot.com/x': 'm' }, 'app.appspot.com', '/x')).toBe('m');
  });

  it('1.3e leaves the paths of the platform alone, but for deferred tasks and endpoints', () => {
    const rules = { '*/*': 'm' };
    expect(dispatched(rules, 'h', '/_ah/start')).toBeUndefined();
    expect(dispatched(rules, 'h', '/_ah/queue/other')).toBeUndefined();
    expect(dispatched(rules, 'h', '/_ah/queue/deferred')).toBe('m');
    expect(dispatched(rules, 'h', '/_ah/api/explorer')).toBe('m');
    expect(dispatched(rules, 'h', '/_ahem')).toBe('m');
  });

  it('leaves out rules whose module is not deployed', () => {
    const rules = compileDispatch(
      [
        { url: '*/x', module: 'gone' },
        { url: '*/x', module: 'here' },
      ],
      (name) => name === 'here',
    );
    expect(dispatchModule(rules, '/x')).toBe('here');
  });
});
