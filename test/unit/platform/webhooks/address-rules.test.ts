import { describe, expect, it } from 'vitest';
import { parseRange } from '../../../../src/platform/egress/ip-address.ts';
import { createAddressRules, openedFor } from '../../../../src/platform/webhooks/address-rules.ts';

const own = parseRange('203.0.113.7');
const rules = (allowsLoopback: boolean, opened = '') =>
  createAddressRules({
    allowsLoopback,
    allow: openedFor({ APPCFG_WEBHOOK_ALLOW: opened }),
    ownRanges: own ? [own] : [],
    isProtectedPort: (port) => port === 8090,
  });
const target = (url: string) => ({ application: 'shop', url: new URL(url) });
const secure = target('https://hooks.example.com/x');

describe('addresses that web-hooks are sent to', () => {
  it.each([
    ...['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0.0.0.0', '::'],
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd00::1', 'fc00::1'],
    // Metadata services of clouds.
    ...['169.254.169.254', 'fe80::1', 'fd00:ec2::254', '::ffff:169.254.169.254'],
    ...['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1', '240.0.0.1'],
    // IPv4 addresses written in IPv6.
    ...['64:ff9b::a00:1', '2002:a00:1::', '203.0.113.7', 'fe80::1%eth0', 'no address'],
  ])('on a server, %s is none', (address) => {
    expect(rules(false).problemOf(secure, address)).toEqual(expect.any(String));
  });

  it.each(['8.8.8.8', '198.51.100.1', '172.32.0.1', '2606:4700::1'])('%s is one, with https only', (address) => {
    for (const allowsLoopback of [true, false]) {
      expect(rules(allowsLoopback).problemOf(secure, address)).toBeUndefined();
      expect(rules(allowsLoopback).problemOf(target('http://hooks.example.com/x'), address)).toContain('https');
    }
  });

  it('include loopback where the platform serves this machine only, but never the platform itself', () => {
    const here = rules(true);
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      expect(here.problemOf(target('http://localhost:3000/'), address)).toBeUndefined();
      expect(here.problemOf(target('http://localhost:8090/'), address)).toContain("the platform's own");
    }
    for (const address of ['10.0.0.1', '169.254.169.254', '0.0.0.0']) {
      expect(here.problemOf(secure, address)).toEqual(expect.any(String));
    }
  });

  it('include what whoever runs the platform opened, for the application and the port that it was opened for', () => {
    const opened = rules(false, 'shop 10.1.0.0/16:8443; * 192.168.0.9; blog 10.2.0.1; shop 127.0.0.1');
    expect(opened.problemOf(target('http://10.1.2.3:8443/'), '10.1.2.3')).toBeUndefined();
    expect(opened.problemOf(target('http://10.1.2.3:8444/'), '10.1.2.3')).toEqual(expect.any(String));
    expect(opened.problemOf(target('http://192.168.0.9/'), '192.168.0.9')).toBeUndefined();
    expect(opened.problemOf(secure, '10.2.0.1')).toEqual(expect.any(String));
    expect(opened.problemOf(target('http://127.0.0.1:5000/'), '127.0.0.1')).toBeUndefined();
    expect(opened.problemOf(target('http://127.0.0.1:8090/'), '127.0.0.1')).toContain("the platform's own");
    expect(() => rules(false, 'shop nonsense')).toThrow(/APPCFG_WEBHOOK_ALLOW, line 1: can't read the rule/);
  });

  it('are refused before a name is looked up where that can be said', () => {
    const early = (url: string, allowsLoopback = false) => rules(allowsLoopback).earlyProblemOf(target(url));
    for (const url of ['https://localhost/', 'https://x.localhost/', 'https://[::1]/', 'https://10.0.0.1/'])
      expect(early(url)).toEqual(expect.any(String));
    // All of them are 127.0.0.1.
    for (const url of ['https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/'])
      expect(early(url)).toEqual(expect.any(String));
    expect(early('http://x.localhost:3000/', true)).toBeUndefined();
    expect(early('http://example.com/', true)).toContain('https');
    expect(early('https://example.com/')).toBeUndefined();
  });
});
