/** The documented rules on the documented addresses and ports, with listeners behind all of them, in a network of the test's own. */
import { spawn, spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { pythons } from '../runtimes/pythons.ts';

const [EACCES, NAMESPACE] = [13, ['--user', '--map-root-user', '--net']];
const canMakeNetworks =
  process.platform === 'linux' &&
  spawnSync('unshare', [...NAMESPACE, 'ip', 'link', 'set', 'lo', 'up']).status === 0 &&
  pythons.some(({ isMissing }) => !isMissing);

interface Seen {
  readonly reached: Readonly<Record<string, 'open' | number>>;
  readonly mail: unknown;
  readonly gmail: unknown;
  readonly failure?: string;
}

function seenInNamespace(): Promise<Seen> {
  return new Promise((done, fail) => {
    const args = [...NAMESPACE, process.execPath, '--import', 'tsx', 'test/platform/sockets/in-namespace.ts'];
    const child = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'inherit'] });
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

describe.skipIf(!canMakeNetworks)('the Internet as a python27 module sees it', () => {
  let seen: Seen;
  beforeAll(async () => {
    seen = await seenInNamespace();
    expect(seen.failure).toBeUndefined();
  });

  const of = (kind: 'tcp' | 'udp', host: string) =>
    Object.fromEntries(
      Object.entries(seen.reached)
        .filter(([target]) => target.startsWith(`${kind} ${host} `))
        .map(([target, outcome]) => [target.slice(target.lastIndexOf(' ') + 1), outcome]),
    );
  const [tcpClosed, all] = [
    ['20', '21', '25'],
    ['20', '21', '25', '53', '80', '465', '587', '993', '995'],
  ];
  const only = (open: readonly string[]) =>
    Object.fromEntries(all.map((port) => [port, open.includes(port) ? 'open' : EACCES]));

  it.each(['203.0.113.10', '2001:db8::10'])('K1 K8 K24 %s is open for TCP but for mail and FTP', (host) => {
    expect(of('tcp', host)).toEqual(only(all.filter((port) => !tcpClosed.includes(port))));
  });

  it.each(['203.0.113.10', '2001:db8::10'])('K1 %s is open for UDP', (host) => {
    expect(of('udp', host)).toEqual(only(all));
  });

  it('K9 authenticated SMTP on port 587 delivers a message', () => {
    expect(seen.mail).toEqual({});
  });

  it.each([
    '10.9.9.9',
    '172.20.1.1',
    '192.168.77.7',
    '169.254.169.254',
    '100.64.1.1',
    'fd00::7',
    '142.250.1.1',
    '2a00:1450::1',
  ])('K10 %s is EACCES on every port, TCP and UDP', (host) => {
    expect([of('tcp', host), of('udp', host)]).toEqual([only([]), only([])]);
  });

  it.each(['8.8.8.8', '8.8.4.4', '2001:4860:4860::8888', '2001:4860:4860::8844'])(
    'K11 %s answers on port 53, TCP and UDP, and on no other',
    (host) => {
      expect([of('tcp', host), of('udp', host)]).toEqual([only(['53']), only(['53'])]);
    },
  );

  it.each([
    ['smtp.gmail.com', '142.250.27.108', ['465', '587']],
    ['pop.gmail.com', '142.250.27.109', ['995']],
    ['imap.gmail.com', '142.250.27.110', ['993']],
  ])('K11 %s is open on its own ports', (name, address, open) => {
    expect([of('tcp', name), of('tcp', address)]).toEqual([only(open), only(open)]);
    expect(of('udp', name)).toEqual(only([]));
  });

  it("K11 S0's example sends mail through smtp.gmail.com", () => {
    expect(seen.gmail).toEqual({});
  });
});
