/** Runs in a network namespace of its own, made by the test: what a python27 program reaches of the whole Internet, by default. */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { pythons } from '../runtimes/pythons.ts';
import { startPythonApp, startSocketRig } from './socket-rig.ts';

const addresses = [
  '203.0.113.10',
  '10.9.9.9',
  '172.20.1.1',
  '192.168.77.7',
  '169.254.169.254',
  '100.64.1.1',
  '8.8.8.8',
  '8.8.4.4',
  '142.250.1.1',
  '142.250.27.108',
  '142.250.27.109',
  '142.250.27.110',
  '2001:db8::10',
  'fd00::7',
  '2001:4860:4860::8888',
  '2001:4860:4860::8844',
  '2a00:1450::1',
];
const ports = [20, 21, 25, 53, 80, 465, 587, 993, 995];
const gmail: Readonly<Record<string, readonly string[]>> = {
  'smtp.gmail.com': ['142.250.27.108'],
  'pop.gmail.com': ['142.250.27.109'],
  'imap.gmail.com': ['142.250.27.110'],
};

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}

/** A mail server that takes nothing from who did not log in, and a word of greeting on every port. */
function serve(socket: Socket): void {
  socket.on('error', () => {});
  socket.write('220 ready\r\n');
  let rest = '';
  let isKnown = false;
  socket.on('data', (chunk) => {
    rest += chunk;
    const lines = rest.split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (/^ehlo/i.test(line)) socket.write('250-here\r\n250 AUTH PLAIN\r\n');
      else if (/^auth plain/i.test(line)) {
        isKnown = true;
        socket.write('235 welcome\r\n');
      } else if (/^data$/i.test(line)) socket.write('354 go on\r\n');
      else if (/^(mail|rcpt|quit|\.$)/i.test(line)) socket.write(isKnown ? '250 ok\r\n' : '530 who are you\r\n');
    }
  });
}

async function prepare(): Promise<void> {
  ip('link', 'set', 'lo', 'up');
  for (const address of addresses) {
    const isLong = address.includes(':');
    ip('addr', 'add', `${address}/${isLong ? 128 : 32}`, 'dev', 'lo', ...(isLong ? ['nodad'] : []));
    for (const port of ports) {
      await new Promise<void>((done) => createServer(serve).listen(port, address, done));
      const datagrams = createSocket(isLong ? 'udp6' : 'udp4');
      datagrams.on('message', (data, from) => datagrams.send(data, from.port, from.address));
      await new Promise<void>((done) => datagrams.bind(port, address, done));
    }
  }
}

/** By `KIND HOST PORT`: `open`, or the number of the error. */
const reachAll = `
import socket
result = {}
for host in ${JSON.stringify([...addresses, ...Object.keys(gmail)])}:
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    for port in ${JSON.stringify(ports)}:
        for name, kind in (('tcp', socket.SOCK_STREAM), ('udp', socket.SOCK_DGRAM)):
            s = socket.socket(family, kind)
            s.settimeout(10)
            try:
                if kind == socket.SOCK_STREAM:
                    s.connect((host, port))
                    s.recv(3)
                else:
                    s.sendto(b'x', (host, port))
                    s.recv(1)
                result['%s %s %d' % (name, host, port)] = 'open'
            except socket.error as problem:
                result['%s %s %d' % (name, host, port)] = problem.errno
            s.close()
`;

/** S0's own example, with the authentication that it names. */
const mail = (host: string) => `
import smtplib
s = smtplib.SMTP('${host}', 587, timeout=10)
s.login('me', 'secret')
result = s.sendmail('a@example.com', ['b@example.com'], 'Subject: x\\n\\nhello\\n')
s.quit()
`;

async function main(): Promise<unknown> {
  await prepare();
  const python = pythons.find(({ isMissing }) => !isMissing);
  if (!python) throw new Error('there is no Python');
  const rig = await startSocketRig({ lookup: async (name) => gmail[name] ?? [] });
  const app = await startPythonApp({ rig, environment: python.environment });
  const result = {
    reached: await app.run(reachAll),
    mail: await app.run(mail('203.0.113.10')),
    gmail: await app.run(mail('smtp.gmail.com')),
  };
  await app.close();
  return result;
}

let result: unknown;
try {
  result = await main();
} catch (error) {
  result = { failure: error instanceof Error ? error.stack : String(error) };
}
process.stdout.write(JSON.stringify(result), () => process.exit(0));
