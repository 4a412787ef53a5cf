/** The kernel's rules against programs that use the machine's own sockets, in a network namespace of the test's own. */
import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hasKernelRules } from './means.ts';

interface Seen {
  readonly restricted: Readonly<Record<string, string>>;
  readonly free: Readonly<Record<string, string>>;
  readonly datagrams: readonly string[];
  readonly inward: Readonly<Record<string, string>>;
  readonly afterMany: Readonly<Record<string, string>>;
  readonly elements: number;
  readonly afterClose: string;
  readonly failure?: string;
}

function seenInNamespace(): Promise<Seen> {
  return new Promise((done, fail) => {
    const child = spawn(
      'unshare',
      ['--net', process.execPath, '--import', 'tsx', 'test/platform/egress/in-namespace.ts'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.once('error', fail);
    child.once('close', () => {
      try {
        done(JSON.parse(text));
      } catch {
        fail(new Error(`it printed ${text}`));
      }
    });
  });
}

describe('the rules in the kernel', () => {
  it.skipIf(!hasKernelRules)(
    'hold a restricted program to the policy, whatever sockets it uses, and nobody else',
    async () => {
      const before = spawnSync('nft', ['list', 'ruleset'], { encoding: 'utf8' }).stdout;
      const seen = await seenInNamespace();
      expect(seen.failure).toBeUndefined();
      const open = Object.keys(seen.restricted).filter((target) => seen.restricted[target] === 'open');
      expect(open.sort()).toEqual(
        [
          ...[53, 80, 587, 5432].flatMap((port) => [
            `203.0.113.10 ${port}`,
            `2001:db8::10 ${port}`,
            `192.168.77.7 ${port}`,
          ]),
          '10.9.9.9 5432',
          '8.8.8.8 53',
          '127.0.0.1 10080',
        ].sort(),
      );
      // Refused at once, not lost until a timeout.
      expect(new Set(Object.values(seen.restricted))).toEqual(new Set(['open', 'refused']));
      expect(new Set(Object.values(seen.free))).toEqual(new Set(['open']));
      expect([...seen.datagrams].sort()).toEqual(['10.9.9.9 refused', '203.0.113.10 sent', '224.0.0.1 refused']);
      expect(seen.inward).toEqual({
        '127.0.0.1 11080': 'open',
        '203.0.113.10 11080': 'open',
        '127.0.0.1 11081': 'refused',
        '203.0.113.10 11081': 'refused',
      });
      expect(seen.afterMany).toEqual({ '10.9.9.9 80': 'refused', '10.9.9.9 5432': 'open' });
      expect(seen.elements).toBeLessThanOrEqual(8);
      expect(seen.afterClose).toBe('');
      expect(spawnSync('nft', ['list', 'ruleset'], { encoding: 'utf8' }).stdout).toBe(before);
    },
  );
});
