/** The socket module of python27 modules, rule by rule (S0; K1-K28 of App Engine's sockets). */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythons } from '../runtimes/pythons.ts';
import {
  type PythonApp,
  type SocketRig,
  startPythonApp,
  startSocketRig,
  type TestServer,
  tcpServer,
} from './socket-rig.ts';

const EACCES = 13;

describe.each(pythons)('sockets of python27 under $name', ({ isMissing, environment, major }) => {
  let rig: SocketRig;
  let app: PythonApp;
  let echo: TestServer;
  let longEcho: TestServer | undefined;
  let refusedPort = 0;

  beforeAll(async () => {
    if (isMissing) return;
    echo = await tcpServer((socket) => socket.pipe(socket));
    longEcho = await tcpServer((socket) => socket.pipe(socket), '::1').catch(() => undefined);
    const gone = await tcpServer(() => {});
    refusedPort = gone.port;
    await gone.close();
    rig = await startSocketRig({
      allow: `shop 127.0.0.1 [::1]:${longEcho?.port ?? 1}`,
      lookup: async (name) => {
        if (name === 'echo.example') return ['127.0.0.1'];
        if (name === 'both.example') return ['2001:db8::1', '127.0.0.1'];
        throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' });
      },
    });
    app = await startPythonApp({ rig, environment });
  });

  afterAll(async () => {
    await app?.close();
    await rig?.close();
    await echo?.close();
    await longEcho?.close();
  });

  const rule = it.skipIf(isMissing);
  const connected = () => `
import socket
s = socket.create_connection(('127.0.0.1', ${echo.port}), 10)
`;

  rule('K1 TCP connects, sends and receives', async () => {
    const program = `${connected()}
s.sendall(b'hello')
first = s.recv(2)
rest = s.recv(100)
s.shutdown(socket.SHUT_WR)
result = [first.decode(), rest.decode(), s.recv(10).decode(), s.getpeername()[0], s.getsockname()[1] > 0]
s.close()
`;
    expect(await app.run(program)).toEqual(['he', 'llo', '', '127.0.0.1', true]);
  });

  rule('K1 UDP sends to an address and hears from it, and from nobody else', async () => {
    const peer = createSocket('udp4');
    const stranger = createSocket('udp4');
    await new Promise<void>((done) => peer.bind(0, '127.0.0.1', done));
    peer.on('message', (data, { port }) => {
      stranger.send('stranger', port, '127.0.0.1', () => peer.send(`${data}!`, port, '127.0.0.1'));
    });
    const program = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
s.sendto(b'hi', ('127.0.0.1', ${peer.address().port}))
data, source = s.recvfrom(100)
s.connect(('127.0.0.1', ${peer.address().port}))
s.send(b'again')
result = [data.decode(), list(source), s.recv(3).decode()]
`;
    expect(await app.run(program)).toEqual(['hi!', ['127.0.0.1', peer.address().port], 'aga']);
    peer.close();
    stranger.close();
  });

  rule('K1 what the other side refuses is told with its own number', async () => {
    const program = (port: number) => `import socket\nsocket.create_connection(('127.0.0.1', ${port}))`;
    expect(await app.attempt(program(refusedPort))).toMatchObject({ errno: 111 });
  });

  rule('K1 IPv6 connects, sends and receives', async ({ skip }) => {
    if (!longEcho) return skip('this machine has no IPv6');
    const program = `
import socket
s = socket.create_connection(('::1', ${longEcho.port}), 10)
s.sendall(b'hello')
result = [s.recv(5).decode(), s.family == socket.AF_INET6, list(s.getpeername())[:2]]
`;
    expect(await app.run(program)).toEqual(['hello', true, ['::1', longEcho.port]]);
  });

  rule('K1 files made of sockets read lines and write', async () => {
    const program = `${connected()}
f = s.makefile('rwb', -1) if ${major === 3 ? 'True' : 'False'} else s.makefile('rw')
f.write(b'one\\ntwo\\n')
f.flush()
result = [f.readline().decode(), f.readline().decode()]
`;
    expect(await app.run(program)).toEqual(['one\n', 'two\n']);
  });

  rule('K1 many megabytes go both ways', async () => {
    const program = `${connected()}
import threading, hashlib
data = b'0123456789abcdef' * (3 << 16)
sender = threading.Thread(target=lambda: (s.sendall(data), s.shutdown(socket.SHUT_WR)))
sender.start()
parts = []
while True:
    part = s.recv(1 << 20)
    if not part:
        break
    parts.append(part)
sender.join()
result = [len(data), hashlib.md5(b''.join(parts)).hexdigest() == hashlib.md5(data).hexdigest()]
`;
    expect(await app.run(program)).toEqual([3 << 20, true]);
  });

  rule('K2 listen() is not implemented', async () => {
    const answer = await app.attempt('import socket\nsocket.socket().listen(5)');
    expect(answer.bases).toContain('NotImplementedError');
    expect(answer).toMatchObject({ error: 'SocketApiNotImplementedError', errno: EACCES });
  });

  rule('K3 accept() on a socket that does not listen is EINVAL', async () => {
    expect(await app.attempt('import socket\nsocket.socket().accept()')).toMatchObject({ errno: 22 });
  });

  rule.each(["socket.AF_INET, ('', 0)", "socket.AF_INET, ('0.0.0.0', 0)", "socket.AF_INET6, ('::', 0)"])(
    'K4 bind(%s) is allowed',
    async (target) => {
      const [family, address] = [target.slice(0, target.indexOf(',')), target.slice(target.indexOf(',') + 1)];
      const program = `import socket\ns = socket.socket(${family})\ns.bind(${address})\nresult = s.getsockname()[1]`;
      expect(await app.run(program)).toBe(0);
    },
  );

  rule.each(["('127.0.0.1', 0)", "('', 8080)", "('', 587)", "('8.8.8.8', 53)"])(
    'K5 bind(%s) is EACCES',
    async (address) => {
      expect(await app.attempt(`import socket\nsocket.socket().bind(${address})`)).toMatchObject({ errno: EACCES });
    },
  );

  rule('K6 other families are EAFNOSUPPORT', async () => {
    for (const family of ['AF_UNIX', 'AF_NETLINK', 'AF_PACKET']) {
      expect(await app.attempt(`import socket\nsocket.socket(socket.${family})`)).toMatchObject({ errno: 97 });
    }
  });

  rule('K7 raw sockets and ICMP are EPROTONOSUPPORT', async () => {
    const raw = 'import socket\nsocket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)';
    expect(await app.attempt(raw)).toMatchObject({ errno: 93 });
    const icmp = 'import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)';
    expect(await app.attempt(icmp)).toMatchObject({ errno: 93 });
  });

  rule('K8 TCP port 25 is EACCES, on whatever address', async () => {
    for (const host of ['127.0.0.1', '203.0.113.7']) {
      const answer = await app.attempt(`import socket\nsocket.create_connection(('${host}', 25), 10)`);
      expect(answer).toMatchObject({ errno: EACCES });
    }
  });

  rule('K9 port 587 is open', async () => {
    const answer = await app.attempt("import socket\nsocket.create_connection(('127.0.0.1', 587), 10)");
    expect(answer.errno).not.toBe(EACCES);
  });

  rule.each([
    ['10.0.0.1', 80],
    ['172.31.255.1', 443],
    ['192.168.1.1', 80],
    ['127.0.0.2', 80],
    ['169.254.169.254', 80],
    ['0.0.0.0', 80],
    ['255.255.255.255', 80],
    ['224.0.0.251', 5353],
    ['142.250.1.1', 443],
    ['8.8.8.8', 443],
    ['::1', 80],
    ['fd00::1', 80],
    ['fe80::1', 80],
    ['ff02::1', 80],
    ['::ffff:10.0.0.1', 80],
    ['2a00:1450::1', 443],
  ])('K10 %s is EACCES for TCP and UDP', async (host, port) => {
    const family = host.includes(':') ? 'AF_INET6' : 'AF_INET';
    const tcp = `import socket\nsocket.socket(socket.${family}).connect(('${host}', ${port}))`;
    expect(await app.attempt(tcp)).toMatchObject({ errno: EACCES });
    const udp = `import socket\nsocket.socket(socket.${family}, socket.SOCK_DGRAM).sendto(b'x', ('${host}', ${port}))`;
    expect(await app.attempt(udp)).toMatchObject({ errno: EACCES });
  });

  rule.each(['8.8.8.8', '8.8.4.4'])('K11 %s is open at port 53', async (host) => {
    // To connect a UDP socket sends nothing.
    const program = `import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('${host}', 53))`;
    expect((await app.attempt(program)).errno).not.toBe(EACCES);
  });

  const mocks: readonly (readonly [string, string, number])[] = [
    ['SOL_SOCKET', 'SO_KEEPALIVE', 0],
    ['SOL_SOCKET', 'SO_DEBUG', 128],
    ['IPPROTO_TCP', 'TCP_NODELAY', 0],
    ['SOL_SOCKET', 'SO_LINGER', 0],
    ['SOL_SOCKET', 'SO_OOBINLINE', 0],
    ['SOL_SOCKET', 'SO_SNDBUF', 2097152],
    ['SOL_SOCKET', 'SO_RCVBUF', 2097152],
    ['SOL_SOCKET', 'SO_REUSEADDR', 1],
  ];

  rule.each(mocks)('K12 %s %s has its mock value, and is set in vain', async (level, option, value) => {
    const program = `
import socket
s = socket.socket()
before = s.getsockopt(socket.${level}, socket.${option})
s.setsockopt(socket.${level}, socket.${option}, 7)
result = [before, s.getsockopt(socket.${level}, socket.${option})]
`;
    expect(await app.run(program)).toEqual([value, value]);
  });

  rule('K12 options that are structures are bytes', async () => {
    const program = `
import socket, struct
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 5))
result = [list(bytearray(s.getsockopt(socket.SOL_SOCKET, option, 8))) for option in (socket.SO_LINGER, socket.SO_RCVBUF)]
`;
    expect(await app.run(program)).toEqual([
      [0, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 32, 0],
    ]);
  });

  rule('K13 other options are EACCES, but for SO_ERROR', async () => {
    for (const call of [
      'getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST)',
      'setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)',
      'getsockopt(socket.IPPROTO_IP, socket.IP_TTL)',
      'setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)',
    ]) {
      expect(await app.attempt(`import socket\nsocket.socket().${call}`)).toMatchObject({ errno: EACCES });
    }
    const program = `
import socket, select
s = socket.socket()
s.setblocking(0)
begun = s.connect_ex(('127.0.0.1', ${refusedPort}))
select.select([], [s], [], 10)
result = [begun, s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)]
`;
    expect(await app.run(program)).toEqual([115, 111, 0]);
  });

  rule('K14 a pickled socket goes on in another instance of the application', async () => {
    const first = `${connected()}
import pickle, base64
s.sendall(b'from one')
result = base64.b64encode(pickle.dumps(s, 2)).decode()
del s
`;
    const pickle = await app.run(first);
    const other = await startPythonApp({ rig, environment });
    const second = `
import pickle, base64
s = pickle.loads(base64.b64decode('${pickle}'))
s.sendall(b' and two')
data = b''
while len(data) < 16:
    data += s.recv(100)
s.close()
result = data.decode()
`;
    expect(await other.run(second)).toBe('from one and two');
    await other.close();
  });

  rule('K15 nobody else can use a descriptor', async () => {
    const first = `${connected()}
import pickle, base64
result = base64.b64encode(pickle.dumps(s, 2)).decode()
`;
    const pickle = await app.run(first);
    const stranger = await startPythonApp({ rig, environment, application: 'stranger' });
    for (const use of ["send(b'x')", 'recv(1)', 'getpeername()', 'shutdown(2)']) {
      const program = `import pickle, base64\npickle.loads(base64.b64decode('${pickle}')).${use}`;
      expect(await stranger.attempt(program)).toMatchObject({ errno: EACCES });
    }
    await stranger.close();
    const own = `import pickle, base64\nresult = pickle.loads(base64.b64decode('${pickle}')).getpeername()[1]`;
    expect(await app.run(own)).toBe(echo.port);
  });

  rule('K16 a socket that was idle for too long is EPIPE, and its place is free', async () => {
    const limits = { idleMs: 100, needsPaidProfile: false, quotas: undefined };
    const impatient = await startSocketRig({ allow: 'shop 127.0.0.1', limits });
    const user = await startPythonApp({ rig: impatient, environment });
    const pickled = `${connected()}\nimport pickle, base64\nresult = base64.b64encode(pickle.dumps(s, 2)).decode()`;
    const pickle = await user.run(pickled);
    while (impatient.sockets.openSockets('shop') > 0) await new Promise((done) => setTimeout(done, 10));
    for (const use of ["send(b'x')", 'recv(1)', 'getpeername()', 'shutdown(1)']) {
      const program = `import pickle, base64\npickle.loads(base64.b64decode('${pickle}')).${use}`;
      expect(await user.attempt(program)).toMatchObject({ errno: 32 });
    }
    await user.close();
    await impatient.close();
  });

  rule.each(["gethostbyaddr('8.8.8.8')", 'getservbyport(80)', "getprotobyname('tcp')"])(
    'K17 %s is not implemented',
    async (call) => {
      const answer = await app.attempt(`import socket\nsocket.${call}`);
      expect(answer.error).toBe('SocketApiNotImplementedError');
      expect(answer.bases).toEqual(expect.arrayContaining(['NotImplementedError', major === 3 ? 'OSError' : 'error']));
    },
  );

  rule('K18 getservbyname knows nine services', async () => {
    const program = `
import socket
names = ['ftp', 'ftp-data', 'http', 'pop3', 'pop3s', 'smtp', 'telnet', 'www', 'www-http']
result = [socket.getservbyname(name) for name in names] + [socket.getservbyname('smtp', 'tcp')]
`;
    expect(await app.run(program)).toEqual([21, 20, 80, 110, 995, 25, 23, 80, 80, 25]);
    expect(await app.attempt("import socket\nsocket.getservbyname('https')")).toMatchObject({
      error: 'gaierror',
      errno: 9,
    });
  });

  rule('K19 socketpair and fromfd are absent', async () => {
    for (const name of ['socketpair', 'fromfd']) {
      expect(await app.attempt(`import socket\nsocket.${name}`)).toMatchObject({ error: 'AttributeError' });
    }
  });

  rule('K20 gethostname() is the host of the request', async () => {
    const program = 'import socket\nresult = [socket.gethostname(), socket.getfqdn()]';
    const host = new URL(
      (await app.run('result = environ["wsgi.url_scheme"] + "://" + environ["HTTP_HOST"]')) as string,
    );
    expect(await app.run(program)).toEqual([host.hostname, host.hostname]);
  });

  rule('K21 errors of sockets that are not connected, are closed, or have nothing yet', async () => {
    const call = (setUp: string, use: string) => app.attempt(`import socket\ns = socket.socket()\n${setUp}\n${use}`);
    expect(await call('', 's.recv(1)')).toMatchObject({ errno: 107 });
    expect(await call('', "s.send(b'x')")).toMatchObject({ errno: 107 });
    expect(await call('s.close()', 's.recv(1)')).toMatchObject({ errno: 9 });
    const connect = `s.connect(('127.0.0.1', ${echo.port}))`;
    expect(await call(`${connect}\ns.setblocking(0)`, 's.recv(1)')).toMatchObject({ errno: 11 });
    expect(await call(`${connect}\ns.settimeout(0.05)`, 's.recv(1)')).toMatchObject({
      error: major === 3 ? 'TimeoutError' : 'timeout',
    });
    expect(await call(connect, "s.send(b'x', 1)")).toMatchObject({ errno: 22 });
    expect(await call(connect, connect)).toMatchObject({ errno: 106 });
  });

  rule('K21 a look at what is there does not take it', async () => {
    const program = `${connected()}
s.sendall(b'abc')
looked = s.recv(3, socket.MSG_PEEK)
result = [looked.decode(), s.recv(3).decode()]
`;
    expect(await app.run(program)).toEqual(['abc', 'abc']);
  });

  rule('K22 sendall sends what one send does not', async () => {
    const program = `${connected()}
s.settimeout(10)
s.sendall(b'x' * 600000)
n = 0
while n < 600000: n += len(s.recv(65536))
result = n`;
    expect(await app.run(program)).toBe(600_000);
  });

  rule('K22 one send takes 512 KB at most', async () => {
    const program = `${connected()}\nresult = s.send(b'x' * 600000)`;
    expect(await app.run(program)).toBe(512 * 1024);
  });

  rule('K23 select waits for sockets, with files of the machine too', async () => {
    const program = `${connected()}
import select, os
reader, writer = os.pipe()
idle = select.select([s], [], [], 0.01)
ready = select.select([s, reader], [s], [], 10)
s.sendall(b'x')
come = select.select([s], [], [], 10)
os.write(writer, b'x')
mixed = select.select([reader, s.fileno()], [], [], 10)
result = [idle[0] == [], ready[1] == [s], come[0] == [s], mixed[0] == [reader, s.fileno()],
          hasattr(select, 'poll'), hasattr(select, 'epoll')]
os.close(reader)
os.close(writer)
`;
    expect(await app.run(program)).toEqual([true, true, true, true, false, false]);
  });

  rule('K24 FTP is refused, on its own port and on others', async () => {
    expect(await app.attempt("import socket\nsocket.create_connection(('127.0.0.1', 21))")).toMatchObject({
      errno: EACCES,
    });
    const program = `import ftplib\nftplib.FTP().connect('127.0.0.1', ${echo.port})`;
    expect(await app.attempt(program)).toMatchObject({
      errno: EACCES,
      args: expect.arrayContaining([expect.stringContaining('FTP')]),
    });
  });

  rule('K26 asynchronous frameworks find nothing to build on', async () => {
    const program = major === 3 ? 'import asyncio\nasyncio.run(asyncio.sleep(0))' : 'import select\nselect.epoll()';
    expect(await app.attempt(program)).toMatchObject({ error: 'AttributeError' });
  });

  rule('K28 bytes are counted for the application', async () => {
    const before = rig.traffic.shop ?? { sentBytes: 0, receivedBytes: 0 };
    await app.run(`${connected()}\ns.sendall(b'x' * 1000)\nn = 0\nwhile n < 1000: n += len(s.recv(1000))`);
    expect(rig.traffic.shop).toEqual({
      sentBytes: before.sentBytes + 1000,
      receivedBytes: before.receivedBytes + 1000,
    });
  });

  rule('K28 datagrams are counted too', async () => {
    const peer = createSocket('udp4');
    await new Promise<void>((done) => peer.bind(0, '127.0.0.1', done));
    peer.on('message', (_, { port }) => peer.send('12345', port, '127.0.0.1'));
    const before = rig.traffic.shop ?? { sentBytes: 0, receivedBytes: 0 };
    await app.run(`
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
s.sendto(b'x' * 100, ('127.0.0.1', ${peer.address().port}))
s.recv(100)`);
    expect(rig.traffic.shop).toEqual({ sentBytes: before.sentBytes + 100, receivedBytes: before.receivedBytes + 5 });
    peer.close();
  });

  rule('names are looked up by the platform', async () => {
    const program = `
import socket
s = socket.create_connection(('echo.example', ${echo.port}), 10)
both = [[item[0] == socket.AF_INET, item[4][0]] for item in socket.getaddrinfo('both.example', 80, 0, socket.SOCK_STREAM)]
result = [s.getpeername()[0], socket.gethostbyname('echo.example'), both]
`;
    expect(await app.run(program)).toEqual([
      '127.0.0.1',
      '127.0.0.1',
      [
        [true, '127.0.0.1'],
        [false, '2001:db8::1'],
      ],
    ]);
    const unknown = await app.attempt("import socket\nsocket.gethostbyname('nobody.example')");
    expect(unknown).toMatchObject({ error: 'gaierror', errno: -2 });
  });

  rule('sockets end when nothing refers to them any more', async () => {
    const before = rig.sockets.openSockets('shop');
    const program = `${connected()}\nt = socket.create_connection(('127.0.0.1', ${echo.port}))\nt.close()\ndel s, t`;
    await app.run(program);
    expect(rig.sockets.openSockets('shop')).toBe(before);
  });

  rule('K17 poplib and smtplib work unmodified, although gethostbyaddr does not', async () => {
    const dialogue = (greeting: string, answers: (line: string) => string) => (socket: Socket) => {
      socket.write(greeting);
      let rest = '';
      socket.on('data', (chunk) => {
        rest += chunk;
        const lines = rest.split('\r\n');
        rest = lines.pop() ?? '';
        for (const line of lines) socket.write(answers(line));
      });
      socket.on('end', () => socket.end());
    };
    const smtp = await tcpServer(
      dialogue('220 ready\r\n', (line) => {
        if (/^data$/i.test(line)) return '354 go on\r\n';
        return /^(ehlo|mail|rcpt|quit|\.$)/i.test(line) ? '250 ok\r\n' : '';
      }),
    );
    const pop = await tcpServer(dialogue('+OK ready\r\n', (line) => (line === 'STAT' ? '+OK 2 300\r\n' : '+OK\r\n')));
    const program = `
import smtplib, poplib
s = smtplib.SMTP('127.0.0.1', ${smtp.port}, timeout=10)
refused = s.sendmail('a@example.com', ['b@example.com'], 'Subject: x\\n\\nhello\\n')
s.quit()
p = poplib.POP3('127.0.0.1', ${pop.port}, timeout=10)
p.user('me')
p.pass_('secret')
result = [refused, list(p.stat())]
p.quit()
`;
    expect(await app.run(program)).toEqual([{}, [2, 300]]);
    await smtp.close();
    await pop.close();
  });

  rule('the admission of sockets is not in the environment that an application prints', async () => {
    // The ticket of a request is documented there; App Engine's own libraries read it.
    const program =
      "import os\nresult = [name for name in os.environ if 'TICKET' in name and name != 'HTTP_X_APPENGINE_API_TICKET']";
    expect(await app.run(program)).toEqual([]);
  });
});
