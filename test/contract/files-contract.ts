/** The contract of the files role: content-addressed, verified, sent once. */
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type ContractBench, codeOf } from './contract-bench.ts';

export function filesContract(bench: ContractBench): void {
  it('lacks what was never sent, once each, and nothing of what was', async () => {
    const application = bench.newApplication();
    const [a, b] = [bench.blob(`a of ${application}`), bench.blob(`b of ${application}`)];
    expect([...(await bench.backend.files.missing(application, [a.digest, b.digest, a.digest]))].sort()).toEqual(
      [a.digest, b.digest].sort(),
    );
    await bench.backend.files.put(application, [a]);
    expect(await bench.backend.files.missing(application, [a.digest, b.digest])).toEqual([b.digest]);
    expect(await bench.backend.files.missing(application, [])).toEqual([]);
  });

  it('takes many files in one stream, empty and large ones too, and says how far it is', async () => {
    const application = bench.newApplication();
    const contents = [
      '',
      'x',
      'y'.repeat(300_000),
      ...Array.from({ length: 40 }, (_, index) => `${application} ${index}`),
    ];
    const blobs = contents.map((content) => bench.blob(content));
    const progress: { files: number; bytes: number }[] = [];
    await bench.backend.files.put(application, blobs, {
      onProgress: (files, bytes) => progress.push({ files, bytes }),
    });
    expect(
      await bench.backend.files.missing(
        application,
        blobs.map(({ digest }) => digest),
      ),
    ).toEqual([]);
    expect(progress.at(-1)).toEqual({ files: blobs.length, bytes: blobs.reduce((sum, { size }) => sum + size, 0) });
    expect(progress.map(({ bytes }) => bytes)).toEqual(progress.map(({ bytes }) => bytes).sort((a, b) => a - b));
  });

  it('refuses a file that no longer has its digest, and does not keep it', async () => {
    const application = bench.newApplication();
    const blob = bench.blob(`honest ${application}`);
    writeFileSync(blob.path, `forged ${application}`);
    expect(['packaging.changed-while-reading', 'blob.corrupt']).toContain(
      await codeOf(bench.backend.files.put(application, [blob])),
    );
    expect(await bench.backend.files.missing(application, [blob.digest])).toEqual([blob.digest]);
  });

  it('refuses a file that no longer has its size', async () => {
    const application = bench.newApplication();
    const blob = bench.blob(`short ${application}`);
    writeFileSync(blob.path, `much longer than it was ${application}`);
    expect(await codeOf(bench.backend.files.put(application, [blob]))).toBe('packaging.changed-while-reading');
    expect(await bench.backend.files.missing(application, [blob.digest])).toEqual([blob.digest]);
  });

  it('makes no application known by taking files', async () => {
    const application = bench.newApplication();
    await bench.backend.files.put(application, [bench.blob('x')]);
    expect(await bench.backend.describe(application)).toBeUndefined();
    expect(await bench.backend.applications()).not.toContain(application);
  });

  it('does nothing for a signal that was aborted before', async () => {
    const application = bench.newApplication();
    const blob = bench.blob(`aborted ${application}`);
    const signal = AbortSignal.abort();
    await expect(bench.backend.files.put(application, [blob], { signal })).rejects.toBeDefined();
    await expect(bench.backend.files.missing(application, [blob.digest], { signal })).rejects.toBeDefined();
    expect(await bench.backend.files.missing(application, [blob.digest])).toEqual([blob.digest]);
  });
}
