/** Version specs for tests that need no language runtime. */
import type { VersionSpec } from '../src/model/version-spec.ts';

export function staticSpec(change: Partial<VersionSpec> = {}): VersionSpec {
  return {
    runtime: 'static',
    environment: 'standard',
    scaling: { type: 'automatic' },
    instanceClass: 'F1',
    handlers: [
      {
        type: 'static-files',
        url: '/(.*)',
        files: '\\1',
        upload: '.*',
        login: 'optional',
        authFailAction: 'redirect',
        secure: 'optional',
      },
    ],
    errorHandlers: [],
    environmentVariables: {},
    buildEnvironmentVariables: {},
    inboundServices: [],
    libraries: [],
    isThreadsafe: true,
    network: {},
    ...change,
  };
}
