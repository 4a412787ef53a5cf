/** An object as the Cloud Storage JSON API shows it. */
import type { StoredObject } from '../../objects/object-store.ts';

/** @param origin scheme and host that the client used, for links */
export function objectResource(object: StoredObject, origin: string) {
  const { bucket, name, generation } = object;
  const path = `b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
  const time = new Date(object.createdMs).toISOString();
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${origin}/storage/v1/${path}`,
    mediaLink: `${origin}/download/storage/v1/${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation,
    metageneration: '1',
    contentType: object.contentType,
    storageClass: 'STANDARD',
    size: String(object.size),
    md5Hash: object.md5,
    crc32c: object.crc32c,
    etag: generation,
    timeCreated: time,
    updated: time,
    timeStorageClassUpdated: time,
  };
}
