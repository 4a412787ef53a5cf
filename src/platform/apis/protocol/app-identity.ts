/** The messages of the application identity service. */
import { type Empty, schema } from './codec.ts';

const definitions = schema(`
  message Empty {}
  message SignForAppRequest { optional bytes bytes_to_sign = 1; }
  message SignForAppResponse { optional string key_name = 1; optional bytes signature_bytes = 2; }
  message PublicCertificate { optional string key_name = 1; optional string x509_certificate_pem = 2; }
  message GetPublicCertificatesResponse {
    repeated PublicCertificate public_certificate_list = 1;
    optional int64 max_client_cache_time_in_second = 2;
  }
  message GetServiceAccountNameResponse { optional string service_account_name = 1; }
  message GetAccessTokenRequest { repeated string scope = 1; }
  message GetAccessTokenResponse { optional string access_token = 1; optional int64 expiration_time = 2; }
  message GetDefaultGcsBucketNameResponse { optional string default_gcs_bucket_name = 1; }
`);

export interface PublicCertificate {
  readonly key_name: string;
  readonly x509_certificate_pem: string;
}

export const identityMessages = {
  empty: definitions.message<Empty>('Empty'),
  signForAppRequest: definitions.message<{ readonly bytes_to_sign?: Uint8Array }>('SignForAppRequest'),
  signForAppResponse: definitions.message<{ readonly key_name: string; readonly signature_bytes: Uint8Array }>(
    'SignForAppResponse',
  ),
  getPublicCertificatesResponse: definitions.message<{
    readonly public_certificate_list: readonly PublicCertificate[];
    readonly max_client_cache_time_in_second: number;
  }>('GetPublicCertificatesResponse'),
  getServiceAccountNameResponse: definitions.message<{ readonly service_account_name: string }>(
    'GetServiceAccountNameResponse',
  ),
  getAccessTokenRequest: definitions.message<{ readonly scope: readonly string[] }>('GetAccessTokenRequest'),
  /** Seconds since the epoch. */
  getAccessTokenResponse: definitions.message<{ readonly access_token: string; readonly expiration_time: number }>(
    'GetAccessTokenResponse',
  ),
  getDefaultGcsBucketNameResponse: definitions.message<{ readonly default_gcs_bucket_name: string }>(
    'GetDefaultGcsBucketNameResponse',
  ),
};

export const identityErrors = { unknownScope: 9, blobTooLarge: 1000, unknown: 1003 } as const;
