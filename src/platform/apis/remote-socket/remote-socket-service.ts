/** The service `remote_socket`: outbound sockets that the platform holds for code of restricted runtimes (S0, S1). */
import type { Clock } from '../../../support/clock.ts';
import type { EgressPolicy } from '../../egress/egress-policy.ts';
import { addressOf } from '../../egress/ip-address.ts';
import { RpcError } from '../api-problem.ts';
import { type ApiCall, type ApiService, apiMethod } from '../api-service.ts';
import {
  type AddressPort,
  type Descriptor,
  socketMessages as messages,
  receiveFlags,
  shutDownHow,
  socketFamilies,
  socketProtocols,
} from '../protocol/remote-socket.ts';
import { endpointOf, isAnyPort, packed, unboundAddress } from './address-port.ts';
import type { PlatformSocket } from './platform-socket.ts';
import { poll } from './poll.ts';
import { QuotaMeter } from './quota-meter.ts';
import { type Lookup, Resolver, systemLookup } from './resolver.ts';
import { type SocketLimits, socketLimits } from './socket-limits.ts';
import { checkOptions, readOptions } from './socket-options.ts';
import { invalidRequest, permissionDenied, systemError } from './socket-problem.ts';
import { type OpenSocket, SocketTable } from './socket-table.ts';
import { TcpSocket } from './tcp-socket.ts';
import { UdpSocket } from './udp-socket.ts';

export interface SocketTraffic {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

export interface RemoteSocketParts {
  readonly clock: Clock;
  readonly policy: EgressPolicy;
  /** Told of every byte that an application sends or receives. */
  readonly onTraffic: (application: string, traffic: SocketTraffic) => void;
  readonly isPaid: (application: string) => boolean;
  readonly lookup?: Lookup;
  readonly limitsFor?: typeof socketLimits;
}

export interface RemoteSockets {
  readonly service: ApiService;
  /** Of an application. */
  openSockets(application: string): number;
  close(): void;
}

/** One send takes no more. */
const MAX_SEND_BYTES = 512 * 1024;
const MAX_RECEIVE_BYTES = 1024 * 1024;
/** A call is answered this long before the caller stops waiting for it. */
const ANSWER_MS = 1000;

export function createRemoteSockets(parts: RemoteSocketParts): RemoteSockets {
  const calls = new SocketCalls(parts);
  return {
    service: serviceOf(calls),
    openSockets: (id) => calls.table.openSockets(id),
    close: () => calls.table.closeAll(),
  };
}

function serviceOf(calls: SocketCalls): ApiService {
  const { descriptor, nothing } = messages;
  return {
    CreateSocket: apiMethod(messages.createRequest, messages.createReply, (request, call) =>
      calls.create(request, call),
    ),
    Bind: apiMethod(messages.bindRequest, messages.bindReply, (request, call) => calls.bind(request, call)),
    Connect: apiMethod(messages.connectRequest, messages.connectReply, (request, call) => calls.connect(request, call)),
    Send: apiMethod(messages.sendRequest, messages.sendReply, (request, call) => calls.send(request, call)),
    Receive: apiMethod(messages.receiveRequest, messages.receiveReply, (request, call) => calls.receive(request, call)),
    Poll: apiMethod(messages.pollRequest, messages.pollReply, (request, call) => calls.poll(request, call)),
    Resolve: apiMethod(messages.resolveRequest, messages.resolveReply, (request) => calls.resolve(request)),
    GetSocketName: apiMethod(descriptor, messages.socketNameReply, (request, call) => calls.socketName(request, call)),
    GetPeerName: apiMethod(descriptor, messages.peerNameReply, (request, call) => calls.peerName(request, call)),
    GetSocketOptions: apiMethod(messages.options, messages.optionsReply, (request, call) =>
      calls.use(request, call, ({ socket }) => ({ options: readOptions(socket, request.options) })),
    ),
    SetSocketOptions: apiMethod(messages.options, nothing, (request, call) =>
      calls.use(request, call, () => {
        checkOptions(request.options);
        return {};
      }),
    ),
    Listen: apiMethod(messages.listenRequest, nothing, (request, call) =>
      calls.use(request, call, () => {
        throw permissionDenied('sockets that listen are not available; only outbound sockets are');
      }),
    ),
    Accept: apiMethod(messages.acceptRequest, nothing, (request, call) =>
      calls.use(request, call, () => {
        throw invalidRequest('the socket does not listen');
      }),
    ),
    ShutDown: apiMethod(messages.shutDownRequest, nothing, (request, call) =>
      calls.use(request, call, ({ socket }) => {
        const { read, write, both } = shutDownHow;
        if (![read, write, both].some((how) => how === request.how)) throw invalidRequest('there is no such end');
        socket.shutDown({ reads: request.how !== write, writes: request.how !== read });
        return {};
      }),
    ),
    Close: apiMethod(messages.closeRequest, nothing, ({ socket_descriptor: name }, call) => {
      calls.table.close(name, applicationOf(call));
      return {};
    }),
  };
}

type RequestOf<Name extends keyof typeof messages> = ReturnType<(typeof messages)[Name]['decode']>;

class SocketCalls {
  readonly table: SocketTable;
  readonly #parts: RemoteSocketParts;
  readonly #resolver: Resolver;
  readonly #quotas: QuotaMeter;

  constructor(parts: RemoteSocketParts) {
    this.#parts = parts;
    this.table = new SocketTable(parts.clock);
    this.#resolver = new Resolver(parts.lookup ?? systemLookup, parts.clock);
    this.#quotas = new QuotaMeter(parts.clock);
  }

  async create(request: RequestOf<'createRequest'>, call: ApiCall): Promise<Descriptor> {
    const application = applicationOf(call);
    const limits = this.#limits(call);
    if (limits.needsPaidProfile && !this.#parts.isPaid(application)) {
      throw new RpcError('featureDisabled', 'sockets are available to paid applications only');
    }
    const { ipv4, ipv6 } = socketFamilies;
    if (request.family !== ipv4 && request.family !== ipv6)
      throw systemError('EAFNOSUPPORT', 'Address family not supported');
    const family = request.family === ipv4 ? 4 : 6;
    const { tcp, udp } = socketProtocols;
    if (request.protocol !== tcp && request.protocol !== udp)
      throw systemError('EPROTONOSUPPORT', 'Protocol not supported');
    checkOptions(request.socket_options);
    if (request.proxy_external_ip) checkBind(request.proxy_external_ip);
    if ((request.listen_backlog ?? 0) > 0) throw permissionDenied('sockets that listen are not available');
    this.table.requireRoom(application);
    this.#quotas.count(application, limits.quotas, 'create');
    const { clock } = this.#parts;
    const socket = request.protocol === tcp ? new TcpSocket(clock) : new UdpSocket(clock, family);
    const { descriptor } = this.table.add({ application, family, socket, idleMs: limits.idleMs });
    if (request.remote_ip) {
      await this.connect({ socket_descriptor: descriptor, remote_ip: request.remote_ip }, call);
    }
    return { socket_descriptor: descriptor };
  }

  bind(request: RequestOf<'bindRequest'>, call: ApiCall) {
    return this.use(request, call, ({ application, socket, family }) => {
      checkBind(request.proxy_external_ip);
      this.#quotas.count(application, this.#limits(call).quotas, 'bind');
      return { proxy_external_ip: localAddress(socket, family) };
    });
  }

  connect(request: RequestOf<'connectRequest'>, call: ApiCall) {
    return this.use(request, call, async ({ application, socket, family }) => {
      await this.#requireAllowed(application, socket.protocol, request.remote_ip);
      this.#quotas.count(application, this.#limits(call).quotas, 'connect');
      await socket.connect(endpointOf(request.remote_ip, family), this.#patience(request.timeout_seconds, call));
      return { proxy_external_ip: localAddress(socket, family) };
    });
  }

  send(request: RequestOf<'sendRequest'>, call: ApiCall) {
    return this.use(request, call, async ({ application, socket, family }) => {
      const { data, flags = 0, send_to: sendTo, stream_offset: offset } = request;
      if (flags !== 0) throw invalidRequest('flags are not supported');
      if (data.length > MAX_SEND_BYTES) throw invalidRequest(`one send takes ${MAX_SEND_BYTES} bytes`);
      const isDatagram = socket.protocol === 'udp';
      if (sendTo && !isDatagram) throw systemError('EISCONN');
      if (sendTo) await this.#requireAllowed(application, 'udp', sendTo);
      const { quotas } = this.#limits(call);
      this.#quotas.count(application, quotas, 'send');
      this.#quotas.count(application, quotas, 'bytesSent', data.length);
      const sent = await socket.send(data, {
        ...this.#patience(request.timeout_seconds, call),
        ...(sendTo ? { to: endpointOf(sendTo, family) } : {}),
        ...(offset === undefined || isDatagram ? {} : { offset }),
      });
      this.#parts.onTraffic(application, { sentBytes: sent, receivedBytes: 0 });
      return { data_sent: sent };
    });
  }

  receive(request: RequestOf<'receiveRequest'>, call: ApiCall) {
    return this.use(request, call, async ({ application, socket }) => {
      const { data_size: size, flags = 0 } = request;
      if (flags !== 0 && flags !== receiveFlags.peek) throw invalidRequest('this flag is not supported');
      if (size < 0) throw invalidRequest('the size is negative');
      const { quotas } = this.#limits(call);
      this.#quotas.count(application, quotas, 'receive');
      const isPeek = flags === receiveFlags.peek;
      const { data, offset, from } = await socket.receive(Math.min(size, MAX_RECEIVE_BYTES), {
        ...this.#patience(request.timeout_seconds, call),
        isPeek,
      });
      if (!isPeek) {
        this.#quotas.count(application, quotas, 'bytesReceived', data.length);
        this.#parts.onTraffic(application, { sentBytes: 0, receivedBytes: data.length });
      }
      return {
        data,
        ...(offset === undefined ? {} : { stream_offset: offset }),
        ...(from ? { received_from: packed(from) } : {}),
      };
    });
  }

  poll(request: RequestOf<'pollRequest'>, call: ApiCall) {
    const patience = this.#patience(request.timeout_seconds, call);
    return poll(
      { table: this.table, clock: this.#parts.clock, application: applicationOf(call) },
      request.events,
      patience,
    );
  }

  async resolve({ name, address_families: families }: RequestOf<'resolveRequest'>) {
    const addresses = await this.#resolver.resolve(name);
    const wanted = addresses.filter(
      ({ family }) =>
        families.length === 0 || families.includes(family === 4 ? socketFamilies.ipv4 : socketFamilies.ipv6),
    );
    return { packed_address: wanted.map(({ bytes }) => bytes), canonical_name: name };
  }

  socketName(request: Descriptor, call: ApiCall) {
    return this.use(request, call, ({ socket, family }) => ({ proxy_external_ip: localAddress(socket, family) }));
  }

  peerName(request: Descriptor, call: ApiCall) {
    return this.use(request, call, ({ socket }) => {
      const peer = socket.remoteEndpoint();
      if (!peer) throw systemError('ENOTCONN');
      return { peer_ip: packed(peer) };
    });
  }

  use<T>(
    { socket_descriptor: name }: Descriptor,
    call: ApiCall,
    operate: (open: OpenSocket) => T | Promise<T>,
  ): Promise<T> {
    return this.table.use(name, applicationOf(call), operate);
  }

  async #requireAllowed(application: string, protocol: 'tcp' | 'udp', to: AddressPort): Promise<void> {
    const address = addressOf(to.packed_address ?? new Uint8Array());
    if (!address || to.port < 1 || to.port > 65_535)
      throw systemError('EADDRNOTAVAIL', 'Cannot assign requested address');
    const destination = { protocol, address, port: to.port };
    const verdict = this.#parts.policy.decide(application, destination);
    if (verdict.isAllowed) return;
    if (verdict.isGmailPossible && (await this.#resolver.isGmail(destination))) return;
    throw permissionDenied(verdict.reason);
  }

  #patience(seconds: number | undefined, { deadlineMs, signal }: ApiCall) {
    const mostMs = Math.max(0, deadlineMs - ANSWER_MS);
    const askedMs = seconds === undefined || seconds < 0 || Number.isNaN(seconds) ? mostMs : seconds * 1000;
    return { timeoutMs: Math.min(askedMs, mostMs), signal };
  }

  #limits({ caller }: ApiCall): SocketLimits {
    return (this.#parts.limitsFor ?? socketLimits)(caller.deployment.spec);
  }
}

function applicationOf({ caller }: ApiCall): string {
  return caller.deployment.application;
}

function checkBind(address: AddressPort): void {
  if (!isAnyPort(address)) throw permissionDenied('Attempt to bind port without permission.');
}

function localAddress(socket: PlatformSocket, family: 4 | 6): AddressPort {
  const local = socket.localEndpoint();
  return local ? packed(local) : unboundAddress(family);
}
