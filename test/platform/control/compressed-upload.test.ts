/** Uploads over a network are compressed where that pays, and unpacked with the same care as plain ones. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isCompressed } from '../../../src/adapters/platform/compression.ts';
import { createControlClient } from '../../../src/adapters/platform/control-client.ts';
import { sendBlobs } from '../../../src/adapters/platform/send-blobs.ts';
import { paths } from '../../../src/protocol/extension.ts';
import { endOfFrames, FRAMES_CONTENT_TYPE, frameHead } from '../../../src/protocol/frames.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { digestOf } from '../../../src/support/digest.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { startApi } from './api-rig.ts';

const content = 'the same words again and again\n'.repeat(5000);
const frames = Buffer.concat([frameHead(digestOf(content), content.length), Buffer.from(content), endOfFrames]);

describe('what travels compressed', () => {
  const blob = (path: string, size: number) => ({ digest: digestOf(path), path, size });

  it.each([
    ['http://127.0.0.1:8090', 'app.js', false],
    ['http://localhost:8090', 'app.js', false],
    ['http://[::1]:8090', 'app.js', false],
    ['https://deploy.example.com', 'app.js', true],
    ['http://10.0.0.7:8090', 'app.js', true],
    ['https://deploy.example.com', 'film.mp4', false],
    ['https://deploy.example.com', 'photo.JPG', false],
  ])('to %s: %s? %s', (url, path, expected) => {
    expect(isCompressed(url, [blob(path, 1000)])).toBe(expected);
  });

  it('is decided by what most of the bytes are', () => {
    const url = 'https://deploy.example.com';
    expect(isCompressed(url, [blob('a.js', 1000), blob('b.png', 400)])).toBe(true);
    expect(isCompressed(url, [blob('a.js', 400), blob('b.png', 1000)])).toBe(false);
  });

  it('the stream is the same, and smaller', async () => {
    const seen: { encoding: string | undefined; body: Buffer }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ encoding: request.headers['content-encoding'], body: Buffer.concat(chunks) });
        response.setHeader('Content-Type', 'application/json');
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const file = join(temporaryDirectory(), 'words.txt');
    writeFileSync(file, content);
    const blobs = [{ digest: digestOf(content), size: content.length, path: file }];
    // Another name of this machine, which the tool does not take for it.
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      const client = createControlClient({ url: `http://${host}:${port}`, token: 'x' });
      await sendBlobs({ client, clock: systemClock, application: 'demo' }, blobs, {});
    }
    expect(seen.map(({ encoding }) => encoding)).toEqual([undefined, 'gzip']);
    expect(seen[0]?.body).toEqual(frames);
    expect(gunzipSync(seen[1]?.body ?? '')).toEqual(frames);
    expect(seen[1]?.body.length).toBeLessThan(frames.length / 10);
  });
});

describe('what the platform takes', () => {
  const send = async (body: Uint8Array, encoding: string) => {
    const { call, createApp, blobs } = await startApi();
    await createApp();
    const headers = { 'content-type': FRAMES_CONTENT_TYPE, 'content-encoding': encoding };
    const answer = await call('POST', paths.blobs('demo'), { headers, body });
    return { answer, missing: blobs.missing([digestOf(content)]) };
  };

  it('is kept as if it had come plain', async () => {
    const { answer, missing } = await send(gzipSync(frames), 'gzip');
    expect([answer.status, answer.json]).toEqual([200, { blobs: 1, bytes: frames.length }]);
    expect(missing).toEqual([]);
  });

  it.each([
    ['what is not gzip', frames, 'gzip', 400],
    ['gzip with a byte turned over', turned(gzipSync(frames)), 'gzip', 400],
    ['gzip that ends early', gzipSync(frames).subarray(0, 100), 'gzip', 400],
    ['another encoding', frames, 'br', 400],
    [
      'content with another digest',
      gzipSync(Buffer.concat([frameHead(digestOf('x'), 3), Buffer.from('abc'), endOfFrames])),
      'gzip',
      400,
    ],
  ])('refuses %s', async (_, body, encoding, status) => {
    const { answer, missing } = await send(body, encoding);
    expect(answer.status).toBe(status);
    expect(missing).toHaveLength(1);
  });

  it('refuses a bomb before it is unpacked: no file may be larger than any file', async () => {
    const bomb = Buffer.concat([frameHead(digestOf('bomb'), 2 ** 40), Buffer.alloc(50_000_000)]);
    const { answer } = await send(gzipSync(bomb), 'gzip');
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('over the limit')]);
  });
});

function turned(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[Math.floor(copy.length / 2)] = (copy[Math.floor(copy.length / 2)] ?? 0) ^ 0xff;
  return copy;
}
