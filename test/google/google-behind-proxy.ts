/** Google as a network with a proxy sees it: its real host names over TLS, and no way there but by CONNECT. */
import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GoogleFake } from '../google-fake/google-fake.ts';
import type { TestCertificate } from '../platform/make-certificate.ts';

export interface ProxiedGoogle {
  /** With user and password. */
  readonly proxyUrl: string;
  /** Where the same is without a proxy. */
  readonly directUrl: string;
  /** `oauth2.googleapis.com:443` in order, of the proxy. */
  readonly tunnels: string[];
  /** What the proxy was asked for in the clear. */
  readonly plain: string[];
  /** Logins that the App Engine Admin API was shown, in order. */
  readonly logins: string[];
  close(): Promise<void>;
}

/** Whose signed requests for tokens are believed: PEM. */
interface Trust {
  readonly publicKey: string;
}

export async function startGoogleBehindProxy(
  fake: GoogleFake,
  { certificate, privateKey }: TestCertificate,
  trust: Trust,
): Promise<ProxiedGoogle> {
  const tunnels: string[] = [];
  const plain: string[] = [];
  const logins: string[] = [];
  const google = createTlsServer({ cert: certificate, key: privateKey }, (message, response) => {
    const host = message.headers.host ?? '';
    const issue = issuers[host];
    if (issue) void issueToken(message, response, (asked) => issue(asked, trust));
    else forward(fake, message, response, logins);
  });
  const port = await listening(google);
  const proxy = createServer((message, response) => {
    plain.push(`${message.method} ${message.url}`);
    response.writeHead(405).end();
  });
  const sockets = new Set<Duplex>();
  proxy.on('connect', (message, socket) => {
    sockets.add(socket);
    tunnels.push(message.url ?? '');
    const isKnown = message.headers['proxy-authorization'] === `Basic ${Buffer.from('jane:secret').toString('base64')}`;
    if (!isKnown) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
    const upstream = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  const proxyPort = await listening(proxy);
  return {
    proxyUrl: `http://jane:secret@127.0.0.1:${proxyPort}`,
    directUrl: `https://localhost:${port}`,
    ...{ tunnels, plain, logins },
    close: async () => {
      // Tunnels are no connections of the server's any more.
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      google.closeAllConnections();
      await Promise.all([proxy, google].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Host -> the token that it gives, named by what was shown for it; undefined: refused. */
const issuers: Readonly<Record<string, (asked: Asked, trust: Trust) => object | undefined>> = {
  'oauth2.googleapis.com': ({ body }, { publicKey }) => {
    const form = new URLSearchParams(body);
    const assertion = form.get('assertion');
    const name = assertion === null ? `refreshed-${form.get('refresh_token')}` : issuerOf(assertion, publicKey);
    return name === undefined ? undefined : { access_token: name, token_type: 'Bearer', expires_in: 3600 };
  },
  'sts.googleapis.com': ({ body }) => {
    const access_token = `exchanged-${new URLSearchParams(body).get('subject_token')}`;
    return { access_token, token_type: 'Bearer', expires_in: 3600, issued_token_type: 'urn:ietf:params:oauth:x' };
  },
  'iamcredentials.googleapis.com': ({ path, authorization, body }) => {
    const account = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(path)?.[1];
    const { delegates = [] } = JSON.parse(body) as { readonly delegates?: readonly string[] };
    const by = [authorization?.replace('Bearer ', ''), ...delegates.map((name) => name.split('/').at(-1))].join(
      ' via ',
    );
    if (account === undefined) return undefined;
    return { accessToken: `${account} by ${by}`, expireTime: new Date(Date.now() + 3_600_000).toISOString() };
  },
};

/** Of a JSON web token that holds the right signature. */
function issuerOf(assertion: string, publicKey: string): string | undefined {
  const [head = '', claims = '', signature = ''] = assertion.split('.');
  const isGenuine = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${claims}`),
    createPublicKey(publicKey),
    Buffer.from(signature, 'base64url'),
  );
  const { iss } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly iss?: string };
  return isGenuine ? `signed-${iss}` : undefined;
}

async function issueToken(
  message: IncomingMessage,
  response: ServerResponse,
  issue: (asked: Asked) => object | undefined,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const token = issue({ path: message.url ?? '', authorization: message.headers.authorization, body });
  response.writeHead(token === undefined ? 400 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(token ?? { error: 'invalid_grant' }));
}

function forward(fake: GoogleFake, message: IncomingMessage, response: ServerResponse, logins: string[]): void {
  const { method, url = '/', headers } = message;
  if (url.startsWith('/v1/apps/')) logins.push(headers.authorization ?? 'none');
  const upstream = request(`${fake.url}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  upstream.on('error', () => response.destroy());
  message.pipe(upstream);
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
