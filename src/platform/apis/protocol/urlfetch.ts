/** The messages of the urlfetch service. */
import { schema } from './codec.ts';

const definitions = schema(`
  message FetchRequest {
    required int32 Method = 1;
    required string Url = 2;
    repeated group Header = 3 { required string Key = 4; required string Value = 5; }
    optional bytes Payload = 6;
    optional bool FollowRedirects = 7;
    optional double Deadline = 8;
    optional bool MustValidateServerCertificate = 9;
  }
  message FetchResponse {
    optional bytes Content = 1;
    required int32 StatusCode = 2;
    repeated group Header = 3 { required string Key = 4; required string Value = 5; }
    optional bool ContentWasTruncated = 6;
    optional string FinalUrl = 9;
  }
`);

export interface FetchHeader {
  readonly Key: string;
  readonly Value: string;
}

export interface FetchRequest {
  readonly Method: number;
  readonly Url: string;
  readonly header: readonly FetchHeader[];
  readonly Payload?: Uint8Array;
  /** Default true. */
  readonly FollowRedirects?: boolean;
  /** Seconds. */
  readonly Deadline?: number;
  /** Default true. */
  readonly MustValidateServerCertificate?: boolean;
}

export interface FetchResponse {
  readonly Content: Uint8Array;
  readonly StatusCode: number;
  readonly header: readonly FetchHeader[];
  readonly ContentWasTruncated: boolean;
  /** After redirects. */
  readonly FinalUrl?: string;
}

export const fetchRequest = definitions.message<FetchRequest>('FetchRequest');
export const fetchResponse = definitions.message<FetchResponse>('FetchResponse');

export const fetchErrors = {
  invalidUrl: 1,
  fetchError: 2,
  responseTooLarge: 4,
  deadlineExceeded: 5,
  sslCertificate: 6,
  dns: 7,
  closed: 8,
  transient: 9,
  tooManyRedirects: 10,
  malformedReply: 11,
  connection: 12,
  payloadTooLarge: 13,
} as const;

/** By number. */
export const fetchMethods: readonly (string | undefined)[] = [
  undefined,
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'PATCH',
];
