/** TLS on the port of plain HTTP, for custom domains with a certificate: a connection's first byte says which it is. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createSecureContext, createServer, type SecureContext, type Server as TlsServer } from 'node:tls';
import type { Clock } from '../../support/clock.ts';
import type { DomainCertificate, RoutingTable } from './routing-table.ts';

export interface TlsFront {
  /** Takes the certificates of a new table. Connections that are there keep theirs. */
  configure(table: RoutingTable): void;
  /** Lets a server that is not listening yet answer both. The result breaks what the server does not know: handshakes. */
  attach(server: Server): () => void;
}

/** The first byte of a TLS handshake record. No method of HTTP begins with it. */
const HANDSHAKE = 0x16;

export interface TlsFrontOptions {
  readonly clock: Clock;
  /** Milliseconds until the first byte, and until the end of the handshake. */
  readonly patienceMs: number;
}

export function createTlsFront({ clock, patienceMs }: TlsFrontOptions): TlsFront {
  let contexts: ReadonlyMap<string, KnownContext> = new Map();
  return {
    configure(table) {
      contexts = contextsOf(table, contexts);
    },
    attach(server) {
      const [plain] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
      if (!plain) throw new TypeError('the server has no listener for connections');
      /** Those that have said nothing yet, and those that are or will be encrypted. */
      const held = new Set<Socket>();
      const secure = secureServer((name) => contextFor(contexts, name), patienceMs);
      secure.on('secureConnection', (socket) => plain.call(server, socket));
      server.removeListener('connection', plain);
      server.on('connection', (socket: Socket) => {
        // Without certificates nothing is looked at: connections are as quick as ever.
        if (contexts.size === 0) plain.call(server, socket);
        else decide(socket);
      });
      const decide = (socket: Socket) => {
        held.add(socket);
        const cancel = clock.after(patienceMs, () => socket.destroy(), { isBackground: true });
        const forget = () => {
          cancel();
          held.delete(socket);
        };
        socket.once('close', forget);
        socket.on('error', ignore);
        socket.once('readable', () => {
          const first = socket.read(1) as Buffer | null;
          if (first === null) {
            // Closed before it said anything.
            socket.destroy();
            return;
          }
          socket.unshift(first);
          cancel();
          socket.off('error', ignore);
          if (first[0] === HANDSHAKE) {
            secure.emit('connection', socket);
            return;
          }
          socket.off('close', forget);
          held.delete(socket);
          plain.call(server, socket);
        });
      };
      return () => {
        for (const socket of held) socket.destroy();
      };
    },
  };
}

interface KnownContext {
  readonly source: DomainCertificate;
  readonly context: SecureContext;
}

function secureServer(find: (name: string) => SecureContext | undefined, patienceMs: number): TlsServer {
  const server = createServer({
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: patienceMs,
    // Names without a certificate get none, and the handshake ends with that.
    SNICallback: (name, done) => done(null, find(name.toLowerCase())),
  });
  // A client that does not like a certificate, or speaks something older, is no matter for the log.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

/** A certificate that did not change is not read again. */
function contextsOf(
  { applications }: RoutingTable,
  known: ReadonlyMap<string, KnownContext>,
): ReadonlyMap<string, KnownContext> {
  const contexts = new Map<string, KnownContext>();
  for (const { certificates = [] } of applications.values()) {
    for (const source of certificates) {
      const before = known.get(source.domain);
      const isSame =
        before?.source.certificate === source.certificate && before.source.privateKey === source.privateKey;
      const context = isSame ? before.context : readContext(source);
      if (context) contexts.set(source.domain, { source, context });
    }
  }
  return contexts;
}

/** Pairs are checked when they are uploaded; one that a newer OpenSSL refuses must not take the router down. */
function readContext({ domain, certificate, privateKey }: DomainCertificate): SecureContext | undefined {
  try {
    return createSecureContext({ cert: certificate, key: privateKey });
  } catch (error) {
    process.emitWarning(`The certificate of ${domain} can not be used: ${(error as Error).message}`);
    return undefined;
  }
}

/** The domain's own, else that of the domain above: a certificate may hold for its subdomains too. */
function contextFor(contexts: ReadonlyMap<string, KnownContext>, name: string): SecureContext | undefined {
  for (let rest = name; rest !== ''; rest = rest.includes('.') ? rest.slice(rest.indexOf('.') + 1) : '') {
    const found = contexts.get(rest);
    if (found) return found.context;
  }
  return undefined;
}

/** Until a connection has an owner: that it broke is told by `close`. */
function ignore(): void {}
