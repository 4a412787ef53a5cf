/** The environment in which Google's gcloud talks to a platform instead of Google. */
import { join } from 'node:path';
import { type HomeDirectories, tokenFile } from '../support/home-directories.ts';

export interface GcloudTarget {
  readonly directories: HomeDirectories;
  readonly controlPort: number;
  /** gcloud's project. */
  readonly application?: string | undefined;
}

/** APIs that the platform answers; the others must not reach Google by accident either. */
const overridden = [
  ...['APPENGINE', 'LOGGING', 'CLOUDTASKS', 'CLOUDSCHEDULER', 'DATASTORE', 'SERVICEUSAGE', 'CLOUDBUILD'],
] as const;

export function gcloudEnvironment({ directories, controlPort, application }: GcloudTarget): Record<string, string> {
  const url = `http://127.0.0.1:${controlPort}/`;
  const overrides = overridden.map((api) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`, url]);
  return {
    // A directory of its own, so that the configuration and the login for Google stay as they are.
    CLOUDSDK_CONFIG: join(directories.state, 'gcloud'),
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile(directories),
    ...(application === undefined ? {} : { CLOUDSDK_CORE_PROJECT: application }),
    ...Object.fromEntries(overrides),
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${url}storage/v1/`,
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
    CLOUDSDK_CORE_CHECK_GCE_METADATA: '0',
    CLOUDSDK_SURVEY_DISABLE_PROMPTS: '1',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
  };
}

/** For `eval "$(...)"` in a POSIX shell. */
export function shellExports(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`)
    .join('\n');
}
