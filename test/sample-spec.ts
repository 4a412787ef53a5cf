/** Version specs for tests that need no language runtime. */
import type { VersionSpec } from '../src/model/version-spec.ts';

/** What a module has whose file says nothing but its runtime. */
export const plainSpec: Omit<VersionSpec, 'runtime'> = {
  environment: 'standard',
  scaling: { type: 'automatic' },
  instanceClass: 'F1',
  handlers: [],
  errorHandlers: [],
  environmentVariables: {},
  buildEnvironmentVariables: {},
  inboundServices: [],
  libraries: [],
  isThreadsafe: true,
  network: {},
};

export function staticSpec(change: Partial<VersionSpec> = {}): VersionSpec {
  return {
    ...plainSpec,
    runtime: 'static',
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
    ...change,
  };
}
