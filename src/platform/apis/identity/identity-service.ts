/** The service `app_identity_service`: signatures that are real, and access tokens that are not unless configured. */

import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { applicationAccount, applicationHost } from '../../../model/host.ts';
import type { Clock } from '../../../support/clock.ts';
import { ApplicationError } from '../api-problem.ts';
import { type ApiCall, type ApiService, apiMethod } from '../api-service.ts';
import { identityErrors, identityMessages as messages } from '../protocol/app-identity.ts';
import { ApplicationKeys } from './application-key.ts';

export interface IdentityOptions {
  readonly clock: Clock;
  /** For the applications' keys. */
  readonly directory: string;
  /** A file that holds an access token to hand out; read at every call, so that something else may renew it. */
  readonly accessTokenFile?: string | undefined;
}

/** App Engine's limit. */
const MAX_BLOB_BYTES = 8 * 1024;
const CERTIFICATE_CACHE_SECONDS = 3600;
const TOKEN_SECONDS = 1800;

export function createIdentityService(options: IdentityOptions): ApiService {
  const keys = new ApplicationKeys(options.directory, options.clock);
  const keyOf = ({ caller }: ApiCall) => keys.of(caller.deployment.application);
  const idOf = ({ caller }: ApiCall) => caller.deployment.application;
  const { empty } = messages;
  return {
    SignForApp: apiMethod(messages.signForAppRequest, messages.signForAppResponse, async (request, call) => {
      const bytes = request.bytes_to_sign ?? new Uint8Array();
      if (bytes.length > MAX_BLOB_BYTES) {
        throw new ApplicationError(identityErrors.blobTooLarge, `${MAX_BLOB_BYTES} bytes can be signed at once`);
      }
      const { name, privateKey } = await keyOf(call);
      return { key_name: name, signature_bytes: sign('sha256', bytes, privateKey) };
    }),
    GetPublicCertificatesForApp: apiMethod(empty, messages.getPublicCertificatesResponse, async (_, call) => {
      const { name, certificate } = await keyOf(call);
      return {
        public_certificate_list: [{ key_name: name, x509_certificate_pem: certificate }],
        max_client_cache_time_in_second: CERTIFICATE_CACHE_SECONDS,
      };
    }),
    GetServiceAccountName: apiMethod(empty, messages.getServiceAccountNameResponse, (_, call) => ({
      service_account_name: call.caller.deployment.spec.serviceAccount ?? applicationAccount(idOf(call)),
    })),
    GetAccessToken: apiMethod(messages.getAccessTokenRequest, messages.getAccessTokenResponse, ({ scope }) => {
      if (scope.length === 0) throw new ApplicationError(identityErrors.unknownScope, 'no scope was named');
      return {
        access_token: accessToken(options.accessTokenFile, scope),
        expiration_time: Math.floor(options.clock.now() / 1000) + TOKEN_SECONDS,
      };
    }),
    GetDefaultGcsBucketName: apiMethod(empty, messages.getDefaultGcsBucketNameResponse, (_, call) => ({
      default_gcs_bucket_name: `${applicationHost(idOf(call))}.appspot.com`,
    })),
  };
}

function accessToken(file: string | undefined, scopes: readonly string[]): string {
  if (file === undefined || file === '') return `appcfg-local-token-without-rights:${scopes.join(',')}`;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new ApplicationError(identityErrors.unknown, 'the configured access token can not be read');
  }
}
