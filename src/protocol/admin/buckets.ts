/** Names of the buckets that belong to an application. */
import { applicationHost } from '../../model/host.ts';

/** Where tools put files before they create a version of them. */
export function codeBucket(application: string): string {
  return `staging.${defaultBucket(application)}`;
}

export function defaultBucket(application: string): string {
  return `${applicationHost(application)}.appspot.com`;
}
