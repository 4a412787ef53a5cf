/** The messages of the service `remote_socket` (App Engine's sockets API). */
import { schema } from './codec.ts';

const definitions = schema(`
  message AddressPort { required int32 port = 1; optional bytes packed_address = 2; optional string hostname_hint = 3; }
  message SocketOption { required int32 level = 1; required int32 option = 2; required bytes value = 3; }
  message Descriptor { required string socket_descriptor = 1; }
  message Nothing {}
  message CreateSocketRequest {
    required int32 family = 1;
    required int32 protocol = 2;
    repeated SocketOption socket_options = 3;
    optional AddressPort proxy_external_ip = 4;
    optional int32 listen_backlog = 5;
    optional AddressPort remote_ip = 6;
    optional string app_id = 9;
  }
  message CreateSocketReply {
    optional string socket_descriptor = 1;
    optional AddressPort server_address = 3;
    optional AddressPort proxy_external_ip = 4;
  }
  message BindRequest { required string socket_descriptor = 1; required AddressPort proxy_external_ip = 2; }
  message BindReply { optional AddressPort proxy_external_ip = 1; }
  message GetSocketNameReply { optional AddressPort proxy_external_ip = 2; }
  message GetPeerNameReply { optional AddressPort peer_ip = 2; }
  message SocketOptions { required string socket_descriptor = 1; repeated SocketOption options = 2; }
  message GetSocketOptionsReply { repeated SocketOption options = 2; }
  message ConnectRequest {
    required string socket_descriptor = 1;
    required AddressPort remote_ip = 2;
    optional double timeout_seconds = 3;
  }
  message ConnectReply { optional AddressPort proxy_external_ip = 1; }
  message ListenRequest { required string socket_descriptor = 1; required int32 backlog = 2; }
  message AcceptRequest { required string socket_descriptor = 1; optional double timeout_seconds = 2; }
  message SendRequest {
    required string socket_descriptor = 1;
    required bytes data = 2;
    optional int64 stream_offset = 3;
    optional int32 flags = 4;
    optional AddressPort send_to = 5;
    optional double timeout_seconds = 6;
  }
  message SendReply { optional int32 data_sent = 1; }
  message ReceiveRequest {
    required string socket_descriptor = 1;
    required int32 data_size = 2;
    optional int32 flags = 3;
    optional double timeout_seconds = 5;
  }
  message ReceiveReply {
    optional int64 stream_offset = 2;
    optional bytes data = 3;
    optional AddressPort received_from = 4;
    optional int32 buffer_size = 5;
  }
  message PollEvent {
    required string socket_descriptor = 1;
    required int32 requested_events = 2;
    required int32 observed_events = 3;
  }
  message PollRequest { repeated PollEvent events = 1; optional double timeout_seconds = 2; }
  message PollReply { repeated PollEvent events = 2; }
  message ResolveRequest { required string name = 1; repeated int32 address_families = 2; }
  message ResolveReply { repeated bytes packed_address = 2; optional string canonical_name = 3; repeated string aliases = 4; }
  message ShutDownRequest {
    required string socket_descriptor = 1;
    required int32 how = 2;
    optional int64 send_offset = 3;
  }
  message CloseRequest { required string socket_descriptor = 1; optional int64 send_offset = 2; }
`);

export interface AddressPort {
  readonly port: number;
  readonly packed_address?: Uint8Array;
  readonly hostname_hint?: string;
}

export interface SocketOption {
  readonly level: number;
  readonly option: number;
  readonly value: Uint8Array;
}

export interface Descriptor {
  readonly socket_descriptor: string;
}

/** Seconds; absent or negative: as long as the call may take. */
export interface Timeout {
  readonly timeout_seconds?: number;
}

export interface PollEvent extends Descriptor {
  readonly requested_events: number;
  readonly observed_events: number;
}

export const socketMessages = {
  descriptor: definitions.message<Descriptor>('Descriptor'),
  nothing: definitions.message<Readonly<Record<never, never>>>('Nothing'),
  createRequest: definitions.message<{
    readonly family: number;
    readonly protocol: number;
    readonly socket_options: readonly SocketOption[];
    readonly proxy_external_ip?: AddressPort;
    readonly listen_backlog?: number;
    readonly remote_ip?: AddressPort;
  }>('CreateSocketRequest'),
  createReply: definitions.message<Descriptor & { readonly proxy_external_ip?: AddressPort }>('CreateSocketReply'),
  bindRequest: definitions.message<Descriptor & { readonly proxy_external_ip: AddressPort }>('BindRequest'),
  bindReply: definitions.message<{ readonly proxy_external_ip: AddressPort }>('BindReply'),
  socketNameReply: definitions.message<{ readonly proxy_external_ip: AddressPort }>('GetSocketNameReply'),
  peerNameReply: definitions.message<{ readonly peer_ip: AddressPort }>('GetPeerNameReply'),
  options: definitions.message<Descriptor & { readonly options: readonly SocketOption[] }>('SocketOptions'),
  optionsReply: definitions.message<{ readonly options: readonly SocketOption[] }>('GetSocketOptionsReply'),
  connectRequest: definitions.message<Descriptor & Timeout & { readonly remote_ip: AddressPort }>('ConnectRequest'),
  connectReply: definitions.message<{ readonly proxy_external_ip: AddressPort }>('ConnectReply'),
  listenRequest: definitions.message<Descriptor & { readonly backlog: number }>('ListenRequest'),
  acceptRequest: definitions.message<Descriptor & Timeout>('AcceptRequest'),
  sendRequest: definitions.message<
    Descriptor &
      Timeout & {
        readonly data: Uint8Array;
        readonly stream_offset?: number;
        readonly flags?: number;
        readonly send_to?: AddressPort;
      }
  >('SendRequest'),
  sendReply: definitions.message<{ readonly data_sent: number }>('SendReply'),
  receiveRequest: definitions.message<Descriptor & Timeout & { readonly data_size: number; readonly flags?: number }>(
    'ReceiveRequest',
  ),
  receiveReply: definitions.message<{
    readonly stream_offset?: number;
    readonly data: Uint8Array;
    readonly received_from?: AddressPort;
  }>('ReceiveReply'),
  pollRequest: definitions.message<Timeout & { readonly events: readonly PollEvent[] }>('PollRequest'),
  pollReply: definitions.message<{ readonly events: readonly PollEvent[] }>('PollReply'),
  resolveRequest: definitions.message<{ readonly name: string; readonly address_families: readonly number[] }>(
    'ResolveRequest',
  ),
  resolveReply: definitions.message<{
    readonly packed_address: readonly Uint8Array[];
    readonly canonical_name?: string;
    readonly aliases?: readonly string[];
  }>('ResolveReply'),
  shutDownRequest: definitions.message<Descriptor & { readonly how: number; readonly send_offset?: number }>(
    'ShutDownRequest',
  ),
  closeRequest: definitions.message<Descriptor & { readonly send_offset?: number }>('CloseRequest'),
};

export const socketErrorCodes = {
  systemError: 1,
  gaiError: 2,
  failure: 4,
  permissionDenied: 5,
  invalidRequest: 6,
  socketClosed: 7,
} as const;

export const socketFamilies = { ipv4: 1, ipv6: 2 } as const;
export const socketProtocols = { tcp: 1, udp: 2 } as const;
export const shutDownHow = { read: 1, write: 2, both: 3 } as const;
export const receiveFlags = { peek: 2 } as const;
export const pollEvents = { in: 1, out: 4, error: 8, hangUp: 16, invalid: 32 } as const;
