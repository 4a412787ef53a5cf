/** Libraries on top of python27's sockets: TLS when app.yaml lists it, and httplib, which prefers URL Fetch (K25). */
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, TLSSocket, type Server as TlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ApiService } from '../../../src/platform/apis/api-service.ts';
import { fetchResponse } from '../../../src/platform/apis/protocol/urlfetch.ts';
import { pythons } from '../runtimes/pythons.ts';
import { type PythonAppOptions, type RigOptions, startPythonApp, startSocketRig } from './socket-rig.ts';

const certificate = 'test/fixtures/tls/localhost.crt';
const tls = { key: readFileSync('test/fixtures/tls/localhost.key'), cert: readFileSync(certificate) };
const certificateText = JSON.stringify(tls.cert.toString());

async function tlsEcho(): Promise<number> {
  const server: TlsServer = createTlsServer(tls, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe.each(pythons)('libraries over sockets of python27 under $name', ({ isMissing, environment, major }) => {
  const rule = it.skipIf(isMissing);

  async function start(options: Partial<PythonAppOptions> = {}, rigOptions: RigOptions = {}) {
    const rig = await startSocketRig({ allow: 'shop 127.0.0.1', ...rigOptions });
    const app = await startPythonApp({ rig, environment, ...options });
    onTestFinished(async () => {
      await app.close();
      await rig.close();
    });
    return { rig, app };
  }

  /** Answers each line; `upgrade` is what a line asks for that goes on encrypted. */
  function dialogue(socket: Duplex, greeting: string, answers: (line: string) => string, upgrade = /^never$/) {
    socket.on('error', () => {});
    if (greeting !== '') socket.write(greeting);
    let rest = '';
    const onData = (chunk: Buffer) => {
      rest += chunk;
      const lines = rest.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        socket.write(answers(line));
        if (!upgrade.test(line)) continue;
        socket.off('data', onData);
        dialogue(new TLSSocket(socket as Socket, { ...tls, isServer: true }), '', answers);
      }
    };
    socket.on('data', onData);
  }

  async function listening(server: Server): Promise<number> {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  }

  rule('K9 smtplib begins TLS, and poplib and imaplib begin with it, unmodified', async () => {
    const { app } = await start({ libraries: ['ssl'] });
    const smtpLine = (line: string) => {
      if (/^ehlo/i.test(line)) return '250-here\r\n250 STARTTLS\r\n';
      return /^starttls/i.test(line) ? '220 go on\r\n' : '250 ok\r\n';
    };
    const smtp = await listening(createServer((socket) => dialogue(socket, '220 ready\r\n', smtpLine, /^starttls$/i)));
    const pop = await listening(
      createTlsServer(tls, (socket) =>
        dialogue(socket, '+OK ready\r\n', (line) => (line === 'STAT' ? '+OK 2 300\r\n' : '+OK\r\n')),
      ),
    );
    const imap = await listening(
      createTlsServer(tls, (socket) =>
        dialogue(socket, '* OK ready\r\n', (line) => {
          const [tag, command] = line.split(' ');
          return `${/capability/i.test(command ?? '') ? '* CAPABILITY IMAP4REV1\r\n' : ''}${tag} OK done\r\n`;
        }),
      ),
    );
    const program = `
import smtplib, poplib, imaplib, ssl
s = smtplib.SMTP('127.0.0.1', ${smtp}, timeout=10)
s.ehlo()
context = ssl._create_unverified_context()
try:
    s.starttls(context=context)
except TypeError:
    s.starttls()
p = poplib.POP3_SSL('127.0.0.1', ${pop})
i = imaplib.IMAP4_SSL('127.0.0.1', ${imap})
result = [s.noop()[0], type(s.sock).__name__, list(p.stat()), i.login('me', 'secret')[0]]
s.quit()
p.quit()
i.logout()
`;
    expect(await app.run(program)).toEqual([250, 'SSLSocket', [2, 300], 'OK']);
  });

  rule('K1 nntplib works unmodified', async () => {
    const { app } = await start();
    const port = await listening(
      createServer((socket) =>
        dialogue(socket, '200 ready\r\n', (line) =>
          /^group/i.test(line) ? '211 3 1 3 comp.test\r\n' : '500 what\r\n',
        ),
      ),
    );
    const program = `
import nntplib
n = nntplib.NNTP('127.0.0.1', ${port})
result = list(n.group('comp.test'))[-1]
`;
    expect(await app.run(program)).toBe('comp.test');
  });

  rule('ssl is absent unless app.yaml lists it, and says so', async () => {
    const { app } = await start();
    const answer = await app.attempt('import ssl');
    expect(answer.bases).toContain('ImportError');
    expect(answer.args?.[0]).toContain('- name: ssl');
  });

  rule('ssl encrypts, verifies, and carries megabytes when app.yaml lists it', async () => {
    const { app, rig } = await start({ libraries: ['ssl'] });
    const port = await tlsEcho();
    const program = `
import socket, ssl, tempfile, hashlib
trusted = tempfile.NamedTemporaryFile(suffix='.pem')
trusted.write(${certificateText}${major === 3 ? '.encode()' : ''})
trusted.flush()
context = ssl.create_default_context(cafile=trusted.name)
raw = socket.create_connection(('127.0.0.1', ${port}), 10)
s = context.wrap_socket(raw, server_hostname='localhost')
data = b'0123456789abcdef' * 65536
s.sendall(data[:1000])
back = b''
while len(back) < 1000:
    back += s.recv(4096)
import threading
sender = threading.Thread(target=lambda: s.sendall(data))
sender.start()
more = b''
while len(more) < len(data):
    more += s.recv(65536)
sender.join()
result = [back == data[:1000], more == data, s.version().startswith('TLS'), s.getpeercert()['subject'][0][0][1]]
s.close()
`;
    expect(await app.run(program)).toEqual([true, true, true, 'localhost']);
    expect(rig.traffic.shop?.sentBytes).toBeGreaterThan(1 << 20);
  });

  rule('ssl refuses a certificate that nobody vouches for', async () => {
    const { app } = await start({ libraries: ['ssl'] });
    const port = await tlsEcho();
    const program = `
import socket, ssl
context = ssl.create_default_context()
context.wrap_socket(socket.create_connection(('127.0.0.1', ${port}), 10), server_hostname='localhost')
`;
    const answer = await app.attempt(program);
    expect(answer.bases).toContain('SSLError');
    expect(answer.args?.join()).toMatch(/certificate verify failed/i);
  });

  rule('a pickled socket is plain: what is encrypted stays where it is', async () => {
    const { app } = await start({ libraries: ['ssl'] });
    const port = await tlsEcho();
    const program = `
import socket, ssl, pickle
context = ssl._create_unverified_context()
pickle.dumps(context.wrap_socket(socket.create_connection(('127.0.0.1', ${port}), 10)), 2)
`;
    expect(await app.attempt(program)).toMatchObject({ error: 'TypeError' });
  });

  const httplib = major === 3 ? 'http.client' : 'httplib';
  const get = (port: number) => `
import ${httplib} as httplib
c = httplib.HTTPConnection('127.0.0.1', ${port}, timeout=10)
c.request('GET', '/x')
result = c.getresponse().read().decode()
`;

  async function bothWays(variables: Readonly<Record<string, string>> = {}) {
    const server = createHttpServer((_, response) => response.end('over sockets'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const urlfetch: ApiService = {
      Fetch: async () =>
        fetchResponse.encode({
          Content: Buffer.from('over URL Fetch'),
          StatusCode: 200,
          header: [],
          ContentWasTruncated: false,
        }),
    };
    const { app } = await start({ variables }, { services: { urlfetch } });
    return app.run(get((server.address() as AddressInfo).port));
  }

  rule('K25 httplib uses URL Fetch', async () => {
    expect(await bothWays()).toBe('over URL Fetch');
  });

  rule.each(['1', '0', 'false', ''])('K25 GAE_USE_SOCKETS_HTTPLIB=%j makes httplib use sockets', async (value) => {
    expect(await bothWays({ GAE_USE_SOCKETS_HTTPLIB: value })).toBe('over sockets');
  });

  rule('K25 https over sockets needs the ssl library', async () => {
    const { app } = await start({ variables: { GAE_USE_SOCKETS_HTTPLIB: '' } });
    const program = `import ${httplib} as httplib\nhttplib.HTTPSConnection('127.0.0.1', 1, timeout=10).request('GET', '/')`;
    expect((await app.attempt(program)).args?.join()).toContain('- name: ssl');
  });

  rule('K25 https over sockets works with it', async () => {
    const { app } = await start({ variables: { GAE_USE_SOCKETS_HTTPLIB: '' }, libraries: ['ssl'] });
    const server = createTlsServer(tls, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret'));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const program = `
import ssl, ${httplib} as httplib
c = httplib.HTTPSConnection('127.0.0.1', ${(server.address() as AddressInfo).port}, timeout=10,
                            context=ssl._create_unverified_context())
c.request('GET', '/')
result = c.getresponse().read().decode()
`;
    expect(await app.run(program)).toBe('secret');
  });
});
