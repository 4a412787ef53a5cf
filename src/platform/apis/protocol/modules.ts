/** The messages of the Modules API (S3 "Communication between modules"; App Engine's modules service). */
import { type Empty, schema } from './codec.ts';

const definitions = schema(`
  message Empty {}
  message Module { optional string module = 1; }
  message Version { optional string module = 1; optional string version = 2; }
  message GetModulesResponse { repeated string module = 1; }
  message GetVersionsResponse { repeated string version = 1; }
  message GetDefaultVersionResponse { optional string version = 1; }
  message GetNumInstancesResponse { optional int64 instances = 1; }
  message SetNumInstancesRequest { optional string module = 1; optional string version = 2; optional int64 instances = 3; }
  message GetHostnameRequest { optional string module = 1; optional string version = 2; optional string instance = 3; }
  message GetHostnameResponse { optional string hostname = 1; }
`);

/** Who is meant; what is absent is the caller's own. */
export interface VersionName {
  readonly module?: string;
  readonly version?: string;
}

export const modulesMessages = {
  empty: definitions.message<Empty>('Empty'),
  module: definitions.message<{ readonly module?: string }>('Module'),
  version: definitions.message<VersionName>('Version'),
  getModulesResponse: definitions.message<{ readonly module: readonly string[] }>('GetModulesResponse'),
  getVersionsResponse: definitions.message<{ readonly version: readonly string[] }>('GetVersionsResponse'),
  getDefaultVersionResponse: definitions.message<{ readonly version: string }>('GetDefaultVersionResponse'),
  getNumInstancesResponse: definitions.message<{ readonly instances: number }>('GetNumInstancesResponse'),
  setNumInstancesRequest: definitions.message<VersionName & { readonly instances?: number }>('SetNumInstancesRequest'),
  getHostnameRequest: definitions.message<VersionName & { readonly instance?: string }>('GetHostnameRequest'),
  getHostnameResponse: definitions.message<{ readonly hostname: string }>('GetHostnameResponse'),
};

export const modulesErrors = {
  invalidModule: 1,
  invalidVersion: 2,
  invalidInstances: 3,
  transientError: 4,
  unexpectedState: 5,
} as const;
