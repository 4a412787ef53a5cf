/** Which buckets there are: two for each application. */
import { failure } from '../../../errors.ts';
import { codeBucket, defaultBucket } from '../../../protocol/admin/buckets.ts';
import type { DesiredState } from '../../desired-state.ts';
import { OBJECT_DAYS } from '../../objects/object-store.ts';

/** @throws AppcfgError `api.not-found` */
export function requireBucket(desired: DesiredState, name: string): string {
  const isKnown = desired.applications().some(({ id }) => codeBucket(id) === name || defaultBucket(id) === name);
  if (!isKnown) throw failure('api.not-found', { what: 'bucket', name });
  return name;
}

/** undefined also where ids that differ in Google's prefix (`s~shop`, `shop`) share one: then all of them have to be granted. */
export function applicationOfBucketNamed(desired: DesiredState, name: string): string | undefined {
  const holders = desired.applications().filter(({ id }) => codeBucket(id) === name || defaultBucket(id) === name);
  return holders.length === 1 ? holders[0]?.id : undefined;
}

export function bucketResource(name: string) {
  return {
    kind: 'storage#bucket',
    id: name,
    name,
    location: 'LOCAL',
    storageClass: 'STANDARD',
    metageneration: '1',
    lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: OBJECT_DAYS } }] },
  };
}
