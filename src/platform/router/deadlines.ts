/** How long a request may take (S3 "Scaling types"; App Engine's quotas). */
import { runtimeGeneration, type VersionSpec } from '../../model/version-spec.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export type Generation = 1 | 2;

/** The flexible environment runs plain web servers, whatever its runtimes are called. */
export function generationOf(spec: VersionSpec): Generation {
  return spec.environment === 'flexible' ? 2 : runtimeGeneration(spec.runtime);
}

/** Milliseconds; undefined where requests "can run indefinitely". */
export function deadlineMs(spec: VersionSpec, isTask: boolean): number | undefined {
  if (spec.environment === 'flexible') return 60 * MINUTE;
  const isAutomatic = spec.scaling.type === 'automatic';
  if (generationOf(spec) === 2) return isAutomatic ? 10 * MINUTE : 24 * HOUR;
  if (isTask) return isAutomatic ? 10 * MINUTE : 24 * HOUR;
  return isAutomatic ? 60 * SECOND : undefined;
}
