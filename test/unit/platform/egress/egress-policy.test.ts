import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllowRules } from '../../../../src/platform/egress/allow-rules.ts';
import { createEgressPolicy, type Verdict } from '../../../../src/platform/egress/egress-policy.ts';
import {
  addressText,
  isInRange,
  parseAddress,
  parseRange,
  rangeText,
} from '../../../../src/platform/egress/ip-address.ts';

function decide(
  host: string,
  port: number,
  { protocol = 'tcp' as 'tcp' | 'udp', allow = '', own = '', application = 'shop' } = {},
): Verdict {
  const policy = createEgressPolicy({
    allow: parseAllowRules({ name: 'test', text: allow }),
    ownRanges: own === '' ? [] : [parseRange(own) as NonNullable<ReturnType<typeof parseRange>>],
  });
  return policy.decide(application, {
    protocol,
    address: parseAddress(host) as NonNullable<ReturnType<typeof parseAddress>>,
    port,
  });
}

describe('the policy of outbound sockets', () => {
  it.each([
    ['203.0.113.7', 80],
    ['203.0.113.7', 587],
    ['2001:db8::1', 443],
    ['11.0.0.1', 22],
    ['172.32.0.1', 443],
    ['100.128.0.1', 443],
  ])('lets through %s port %i', (host, port) => {
    expect(decide(host, port)).toEqual({ isAllowed: true });
  });

  it.each([
    ['10.255.255.255', 'private'],
    ['172.16.0.1', 'private'],
    ['192.168.0.1', 'private'],
    ['127.0.0.1', 'private'],
    ['169.254.169.254', 'private'],
    ['100.64.0.1', 'private'],
    ['0.0.0.0', 'private'],
    ['::1', 'private'],
    ['::', 'private'],
    ['fc00::1', 'private'],
    ['fe80::1', 'private'],
    ['::ffff:192.168.0.1', 'private'],
    ['::ffff:c0a8:1', 'private'],
    ['64:ff9b::a00:1', 'private'],
    ['2002:a00:1::', 'private'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['ff02::1', 'multicast'],
    ['142.250.74.46', 'Google'],
    ['8.8.8.8', 'Google'],
    ['2a00:1450:4001::1', 'Google'],
  ])('K10 refuses %s (%s)', (host, why) => {
    const verdict = decide(host, 443);
    expect(verdict.isAllowed).toBe(false);
    expect('reason' in verdict && verdict.reason).toContain(why);
  });

  it("refuses the platform's own addresses", () => {
    expect(decide('203.0.113.7', 443, { own: '203.0.113.7' }).isAllowed).toBe(false);
    expect(decide('203.0.113.8', 443, { own: '203.0.113.7' }).isAllowed).toBe(true);
  });

  it.each(['8.8.8.8', '8.8.4.4', '2001:4860:4860::8888', '2001:4860:4860::8844'])(
    'K11 %s is open at port 53',
    (host) => {
      expect(decide(host, 53)).toEqual({ isAllowed: true });
      expect(decide(host, 53, { protocol: 'udp' })).toEqual({ isAllowed: true });
      expect(decide(host, 54).isAllowed).toBe(false);
    },
  );

  it("K11 Google's addresses may be Gmail's at four ports, and private ones never", () => {
    for (const port of [465, 587, 993, 995])
      expect(decide('142.250.1.1', port)).toMatchObject({ isGmailPossible: true });
    expect(decide('142.250.1.1', 443)).toMatchObject({ isGmailPossible: false });
    expect(decide('10.0.0.1', 465)).toMatchObject({ isGmailPossible: false });
    expect(decide('142.250.1.1', 465, { own: '142.250.1.1' })).toMatchObject({ isGmailPossible: false });
  });

  it('K8 port 25 is closed for TCP, on any address; 587 is open', () => {
    expect(decide('203.0.113.7', 25).isAllowed).toBe(false);
    expect(decide('203.0.113.7', 25, { protocol: 'udp' }).isAllowed).toBe(true);
    expect(decide('203.0.113.7', 587).isAllowed).toBe(true);
  });

  it("K24 FTP's ports are closed for TCP, on any address", () => {
    for (const port of [20, 21]) {
      expect(decide('203.0.113.7', port).isAllowed).toBe(false);
      expect(decide('203.0.113.7', port, { protocol: 'udp' }).isAllowed).toBe(true);
    }
  });
});

describe('what an operator opens', () => {
  const allow = '# the database\nshop 10.1.0.0/16:5432/tcp, [fd00::7]:6379 127.0.0.1; * 192.168.7.0/24';

  it.each([
    ['10.1.2.3', 5432, 'tcp', true],
    ['10.1.2.3', 5432, 'udp', false],
    ['10.1.2.3', 5433, 'tcp', false],
    ['10.2.0.1', 5432, 'tcp', false],
    ['fd00::7', 6379, 'udp', true],
    ['127.0.0.1', 80, 'tcp', true],
    ['127.0.0.1', 25, 'tcp', false],
    ['192.168.7.9', 80, 'tcp', true],
  ] as const)('%s port %i over %s: %s', (host, port, protocol, isAllowed) => {
    expect(decide(host, port, { allow, protocol }).isAllowed).toBe(isAllowed);
  });

  it('is opened for that application only', () => {
    expect(decide('127.0.0.1', 80, { allow, application: 'other' }).isAllowed).toBe(false);
    expect(decide('192.168.7.9', 80, { allow, application: 'other' }).isAllowed).toBe(true);
  });

  it('reaches port 25 only when it names it', () => {
    expect(decide('10.0.0.5', 25, { allow: 'shop 10.0.0.5' }).isAllowed).toBe(false);
    expect(decide('10.0.0.5', 25, { allow: 'shop 10.0.0.5:25' }).isAllowed).toBe(true);
  });

  it.each([
    ['shop', 'it opens nothing'],
    ['shop 10.0.0.0/33', 'RANGE'],
    ['shop localhost', 'RANGE'],
    ['shop 10.0.0.1:0', 'ports'],
    ['shop 10.0.0.1:99999', 'ports'],
    ['shop 10.0.0.1:80/sctp', 'RANGE'],
    ['Shop! 10.0.0.1', 'not the id'],
    ['10.0.0.1', 'opens nothing'],
  ])('%s is told with its place: %s', (text, problem) => {
    expect(() => parseAllowRules({ name: 'rules.txt', text: `\n${text}` })).toThrow(
      new RegExp(`^rules\\.txt, line 2.*${problem}`),
    );
  });
});

describe('addresses', () => {
  it('are the same however they are written', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, (raw) => {
        const long = Array.from({ length: 8 }, (_, at) =>
          (((raw[at * 2] ?? 0) << 8) | (raw[at * 2 + 1] ?? 0)).toString(16),
        );
        const address = parseAddress(long.join(':'));
        expect(address && parseAddress(addressText(address))).toEqual(address);
      }),
    );
  });

  it('are in a range when their leading bits are', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (one, other, prefix) => {
        const [a, b, range] = [parseAddress(one), parseAddress(other), parseRange(`${other}/${prefix}`)];
        if (!a || !b || !range) throw new Error('not an address');
        const number = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
        const size = 2 ** (32 - prefix);
        expect(isInRange(a, range)).toBe(Math.floor(number(a.bytes) / size) === Math.floor(number(b.bytes) / size));
        expect(parseRange(rangeText(range))).toEqual(range);
      }),
    );
  });

  it.each(['', '1.2.3', '1.2.3.4.5', 'fe80::1%eth0', '::1/129', '1.2.3.4/', 'g::'])('%j is none', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});
