import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { IncomingContent } from '../../../src/platform/objects/incoming-content.ts';
import { OBJECT_DAYS, ObjectStore } from '../../../src/platform/objects/object-store.ts';
import { createBlobStore } from '../../../src/platform/store/disk-blob-store.ts';
import { createFakeClock } from '../../fake-clock.ts';
import { memoryStore } from '../memory-store.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const bucket = 'staging.demo.appspot.com';
const DAY_MS = 24 * 60 * 60_000;

async function objectStore() {
  const directory = temporaryDirectory();
  const store = await memoryStore();
  onTestFinished(() => store.close());
  const clock = createFakeClock();
  const blobs = createBlobStore(join(directory, 'blobs'));
  const objects = new ObjectStore({ store, blobs, clock });
  const put = (name: string, text: string) => {
    const content = new IncomingContent({ file: join(directory, 'incoming'), limit: 1000, request: 'test' });
    content.write(Buffer.from(text));
    return objects.put({ bucket, name }, content, 'text/plain');
  };
  return { objects, put, clock, blobs };
}

it('keeps objects, and the blobs that they name, until they are old', async () => {
  const { objects, put, clock } = await objectStore();
  const old = put('old', 'one');
  await clock.advance((OBJECT_DAYS - 1) * DAY_MS);
  const young = put('young', 'two');
  expect(objects.collect()).toEqual(new Set([old.digest, young.digest]));
  await clock.advance(DAY_MS + 1);
  expect(objects.collect()).toEqual(new Set([young.digest]));
  expect(objects.get({ bucket, name: 'old' })).toBeUndefined();
  expect(objects.get({ bucket, name: 'young' })).toMatchObject({ digest: young.digest });
});

it('makes an object young again by sending it again, with a new generation', async () => {
  const { objects, put, clock } = await objectStore();
  const first = put('again', 'same');
  await clock.advance((OBJECT_DAYS - 1) * DAY_MS);
  const second = put('again', 'same');
  expect(second).toMatchObject({ digest: first.digest, sha1: first.sha1 });
  expect(BigInt(second.generation)).toBeGreaterThan(BigInt(first.generation));
  await clock.advance(2 * DAY_MS);
  expect(objects.collect()).toEqual(new Set([first.digest]));
});

it('gives each upload a generation of its own, also within a millisecond', async () => {
  const { put } = await objectStore();
  const generations = ['a', 'b', 'c', 'a'].map((name) => put(name, name).generation);
  expect(new Set(generations).size).toBe(4);
  expect([...generations].sort()).toEqual(generations);
});

it('takes no more than it was told, and knows programs by how they begin', async () => {
  const { put } = await objectStore();
  expect(() => put('large', 'x'.repeat(1001))).toThrow(/over 1000 bytes/);
  expect(['#!/bin/sh\n', '#', '', '\x7fELF\x02'].map((text, index) => put(String(index), text).isProgram)).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
