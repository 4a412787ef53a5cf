/** The Google backend as the environment describes it. */
import { hostname } from 'node:os';
import type { Backend } from '../../backend/backend.ts';
import type { Clock } from '../../support/clock.ts';
import { packageVersion } from '../../support/package-version.ts';
import { defaultProject, googleLogin } from './credentials.ts';
import { googleEndpoints } from './endpoints.ts';
import { googleBackend } from './google-backend.ts';
import { createGoogleClient } from './google-client.ts';
import type { GoogleContext, ProcessName } from './google-context.ts';
import { createTransport } from './transport.ts';

export interface GoogleOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly createdBy: string;
  readonly clock: Clock;
  /** Replaces this process in tests. */
  readonly process?: ProcessName;
}

/** @throws AppcfgError `google.insecure` */
export function openGoogle(options: GoogleOptions): Backend {
  return googleBackend(googleContext(options));
}

/** @throws AppcfgError `google.insecure` */
function googleContext({ environment, createdBy, clock, process: named = thisProcess }: GoogleOptions): GoogleContext {
  const endpoints = googleEndpoints(environment);
  const login = googleLogin(environment);
  const transport = createTransport(endpoints, {
    login,
    agent: `appcfg/${packageVersion}`,
    proxyVariable: proxyVariables.find((name) => environment[name]),
  });
  return {
    client: createGoogleClient(transport, clock),
    clock,
    endpoints,
    login,
    createdBy,
    process: named,
    region: environment.APPCFG_GOOGLE_REGION,
    stateBucket: environment.APPCFG_GOOGLE_STATE_BUCKET,
    project: defaultProject(environment),
  };
}

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];

const thisProcess: ProcessName = {
  host: hostname(),
  pid: process.pid,
  isRunning: (pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // Somebody else's process runs as well.
      return (error as { readonly code?: string }).code === 'EPERM';
    }
  },
};
