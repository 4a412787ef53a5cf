/** Uploads blobs without end and prints each digest after a barrier. Arguments: directory, bytes of a blob. */
import { writeSync } from 'node:fs';
import { createBlobStore } from '../../../../src/platform/store/disk-blob-store.ts';
import { digestOf } from '../../../../src/support/digest.ts';

const [directory = '', bytes = ''] = process.argv.slice(2);
const store = createBlobStore(directory);
try {
  for (let n = 1; ; n += 1) {
    const content = Buffer.alloc(Number(bytes), `${n} `);
    const writer = store.begin(digestOf(content), content.length);
    for (let offset = 0; offset < content.length; offset += 65536)
      writer.write(content.subarray(offset, offset + 65536));
    writer.finish();
    if (n % 10 !== 0) continue;
    await store.sync();
    writeSync(1, `synced ${n}\n`);
  }
} catch (error) {
  writeSync(1, `failed ${(error as { readonly code?: string }).code} ${(error as Error).message}\n`);
}
