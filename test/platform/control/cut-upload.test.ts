/** An upload comes through a network on which only short connections live. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createControlClient } from '../../../src/adapters/platform/control-client.ts';
import { sendBlobs } from '../../../src/adapters/platform/send-blobs.ts';
import { paths } from '../../../src/protocol/extension.ts';
import { FRAME_HEAD_BYTES } from '../../../src/protocol/frames.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { digestOf } from '../../../src/support/digest.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const FILE_BYTES = 10_000;

function files(count: number) {
  const directory = temporaryDirectory();
  return Array.from({ length: count }, (_, index) => {
    const content = randomBytes(FILE_BYTES);
    const path = join(directory, `part-${index}.bin`);
    writeFileSync(path, content);
    return { digest: digestOf(content), size: content.length, path };
  });
}

/** Resets every connection whose request is larger, before anything of it was read. */
async function startStore(all: readonly { readonly digest: string }[], mostBytes: number) {
  const kept = new Set<string>();
  let resets = 0;
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers['content-length']) > mostBytes) {
      resets += 1;
      request.socket.resetAndDestroy();
      return;
    }
    const body = Buffer.concat(await request.toArray());
    const isQuestion = request.url?.endsWith(paths.missingBlobs('app')) === true;
    if (!isQuestion) for (const { digest } of all) if (body.includes(Buffer.from(digest, 'hex'))) kept.add(digest);
    const missing = all.map(({ digest }) => digest).filter((digest) => !kept.has(digest));
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ missing }));
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, kept, resets: () => resets };
}

it('in pieces that become smaller until they pass', async () => {
  const blobs = files(40);
  const store = await startStore(blobs, 3 * (FILE_BYTES + FRAME_HEAD_BYTES));
  const client = createControlClient({ url: store.url, token: 'token' }, systemClock);
  const progress: number[] = [];
  await sendBlobs({ client, clock: systemClock, application: 'app' }, blobs, {
    onProgress: (count) => progress.push(count),
  });
  expect(store.kept.size).toBe(40);
  expect(store.resets()).toBeGreaterThan(0);
  expect(store.resets()).toBeLessThan(8);
  expect(progress.at(-1)).toBe(40);
});
