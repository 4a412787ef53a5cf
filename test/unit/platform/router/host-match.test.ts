import { describe, expect, it } from 'vitest';
import { compileHosts, type HostMatch } from '../../../../src/platform/router/host-match.ts';
import { type AppShape, automatic, manual, routes } from './routes.ts';

const sample: AppShape = {
  id: 'simple-sample',
  modules: {
    default: { uno: automatic, dos: manual },
    'mobile-frontend': { uno: automatic },
    'my-module': { uno: manual, tres: manual },
  },
};
const other: AppShape = { id: 'other', modules: { default: { v1: automatic } } };
const match = compileHosts(routes(sample, other));

function short(result: HostMatch): string {
  if (result.kind !== 'target') return result.kind;
  const { application, target } = result;
  return [application.id, target.module, target.version ?? '*', target.instance ?? '*'].join(' ');
}

// Labels left of the application, in the dotted form, and what they mean (S3; "How requests are routed").
const table: readonly (readonly [labels: string, expected: string])[] = [
  ['', 'simple-sample default * *'],
  ['my-module', 'simple-sample my-module * *'],
  ['uno', 'simple-sample default uno *'],
  ['dos', 'simple-sample default dos *'],
  ['uno.my-module', 'simple-sample my-module uno *'],
  ['tres.my-module', 'simple-sample my-module tres *'],
  ['uno.default', 'simple-sample default uno *'],
  ['0.my-module', 'simple-sample my-module * 0'],
  ['1.tres.my-module', 'simple-sample my-module tres 1'],
  ['0.dos.default', 'simple-sample default dos 0'],
  ['0.dos', 'simple-sample default dos 0'],
  ['00c61b117c7f.uno.mobile-frontend', 'simple-sample mobile-frontend uno 00c61b117c7f'],
  ['00c61b117c7f.mobile-frontend', 'simple-sample mobile-frontend * 00c61b117c7f'],
  // Soft routing: an unknown name means the default module's traffic.
  ['nothing', 'simple-sample default * *'],
  ['nothing.my-module', 'simple-sample default * *'],
  ['uno.nothing', 'simple-sample default * *'],
  ['0.nothing.my-module', 'simple-sample default * *'],
  ['a.b.c.d', 'simple-sample default * *'],
  // An automatic version has no numbered instances.
  ['0.mobile-frontend', 'simple-sample default * *'],
];

const suffixes = [
  'localhost',
  'localhost:8080',
  'appspot.com',
  'appspot.com:443',
  'uc.r.appspot.com',
  'LocalHost',
  'localhost.',
];

describe('hosts of an application', () => {
  for (const [labels, expected] of table) {
    it(`${labels || '(none)'} is ${expected}`, () => {
      const dotted = labels === '' ? 'simple-sample' : `${labels}.simple-sample`;
      for (const suffix of suffixes) {
        expect(short(match(`${dotted}.${suffix}`))).toBe(expected);
        expect(short(match(`${dotted.replaceAll('.', '-dot-')}.${suffix}`))).toBe(expected);
        // Mixed forms: only the first dot, only the last dot.
        expect(short(match(`${dotted.replace('.', '-dot-')}.${suffix}`))).toBe(expected);
        expect(short(match(`${dotted.toUpperCase()}.${suffix}`))).toBe(expected);
      }
    });
  }

  it('1.2j N4 prefers the module when a version of default has the same name', () => {
    const clash = compileHosts(
      routes({ id: 'a', modules: { default: { v1: automatic, api: automatic }, api: { v1: automatic } } }),
    );
    expect(short(clash('api.a.localhost'))).toBe('a api * *');
  });

  it('1.2m knows the suffix that the platform gave its applications', () => {
    const hosted = compileHosts(routes({ ...sample, suffix: 'apps.example.net:8443' }, other));
    expect(short(hosted('uno-dot-my-module-dot-simple-sample.apps.example.net'))).toBe('simple-sample my-module uno *');
  });

  it('N3 leaves the partition out of host names', () => {
    const partitioned = compileHosts(routes({ id: 's~app', modules: other.modules }, sample));
    expect(short(partitioned('v1.app.localhost'))).toBe('s~app default v1 *');
  });

  it('gives dispatch rules the name under appspot.com, with dots', () => {
    const result = match('uno-dot-my-module.simple-sample.localhost:8080');
    expect(result).toMatchObject({
      canonicalHost: 'uno.my-module.simple-sample.appspot.com',
      dottedHost: 'uno.my-module.simple-sample.localhost',
    });
    expect(match('simple-sample.uc.r.appspot.com')).toMatchObject({ canonicalHost: 'simple-sample.appspot.com' });
  });
});

describe('custom domains', () => {
  const custom = compileHosts(routes({ ...sample, domains: ['shop.example', 'Deep.Shop.Example'] }, other));
  it('1.2h address everything', () => {
    expect(short(custom('shop.example'))).toBe('simple-sample default * *');
    expect(short(custom('my-module.shop.example:80'))).toBe('simple-sample my-module * *');
    expect(short(custom('0.uno.my-module.shop.example'))).toBe('simple-sample my-module uno 0');
    expect(short(custom('my-module.deep.shop.example'))).toBe('simple-sample my-module * *');
  });
  it('1.2h have no soft routing', () => {
    expect(short(custom('nothing.shop.example'))).toBe('unknown-name');
  });
});

describe('hosts that name no application', () => {
  const lone = compileHosts(routes(sample));
  const plain = [
    'localhost',
    'localhost:8080',
    '127.0.0.1:8080',
    '[::1]:8080',
    '192.168.1.7',
    'example.org',
    undefined,
  ];
  it('are the only application when there is one', () => {
    for (const host of plain) expect(short(lone(host))).toBe('simple-sample default * *');
  });
  it('are nothing when there are several, or none', () => {
    for (const host of plain) expect(short(match(host))).toBe('unknown-name');
    expect(short(compileHosts(routes())('localhost'))).toBe('unknown-name');
  });
  it('are nothing when they ask for another application', () => {
    for (const host of ['nope.localhost', 'uno.nope.appspot.com', 'nope.uc.r.appspot.com']) {
      expect(short(lone(host))).toBe('unknown-name');
    }
  });
  it('are refused when they are no host names', () => {
    for (const host of [
      'a b',
      'a/b',
      'a@b',
      'x:y',
      '[::1',
      '[::1]x',
      '[zz]',
      '..',
      '.localhost',
      'a..localhost',
      'a\u0000b',
      'evil.com:80:80',
      '<script>',
    ]) {
      expect(short(lone(host))).toBe('bad-host');
    }
  });
});
