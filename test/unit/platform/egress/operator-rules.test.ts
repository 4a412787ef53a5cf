/** Where an operator opens addresses for an application's sockets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEgressPolicy } from '../../../../src/platform/egress/egress-policy.ts';
import { parseAddress } from '../../../../src/platform/egress/ip-address.ts';
import { operatorRules } from '../../../../src/platform/egress/operator-rules.ts';

function folder(text?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'appcfg-rules-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  if (text !== undefined) writeFileSync(join(directory, 'socket-allow.txt'), text);
  return directory;
}

describe('the rules of an operator', () => {
  it('are in a file and in a variable, and both count', () => {
    const allow = operatorRules(folder('# ours\nshop 10.1.0.0/16:5432/tcp\n'), {
      APPCFG_SOCKET_ALLOW: 'shop 10.2.0.1',
    });
    const policy = createEgressPolicy({ allow, ownRanges: [] });
    const isOpen = (text: string, port: number, application = 'shop') => {
      const address = parseAddress(text);
      return address && policy.decide(application, { protocol: 'tcp', address, port }).isAllowed;
    };
    expect([isOpen('10.1.9.9', 5432), isOpen('10.1.9.9', 80), isOpen('10.2.0.1', 80)]).toEqual([true, false, true]);
    expect([isOpen('10.2.0.2', 80), isOpen('10.2.0.1', 80, 'other')]).toEqual([false, false]);
  });

  it('are none without a file', () => {
    expect(operatorRules(folder(), {})).toEqual([]);
  });

  it('that can not be read are told with file, line and an example', () => {
    const directory = folder('shop 10.0.0.1\nshop localhost\n');
    expect(() => operatorRules(directory, {})).toThrow(
      expect.objectContaining({
        code: 'platform.socket-rule-invalid',
        message: expect.stringContaining(`${directory}/socket-allow.txt, line 2`),
      }),
    );
  });
});
