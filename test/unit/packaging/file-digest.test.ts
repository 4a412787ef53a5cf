import { createHash } from 'node:crypto';
import { appendFileSync, lstatSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FileDigester } from '../../../src/packaging/file-digest.ts';
import { packageTree } from '../../../src/packaging/package-tree.ts';
import { everything, roomy, treeOnDisk } from './tree-on-disk.ts';

const LARGE = 'x'.repeat(40_000_000);

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

it('reads again what changed since the walk saw it', async () => {
  const directory = treeOnDisk({ file: 'before' });
  const path = join(directory, 'file');
  const seen = lstatSync(path);
  writeFileSync(path, 'afterwards');
  const digester = new FileDigester();
  const content = await digester.digest(path, seen);
  expect(content.digest).toBe(sha256('afterwards'));
  expect(content.stat.size).toBe(10);
});

it('reads again what changed while it was read', async () => {
  const directory = treeOnDisk({ file: LARGE });
  const path = join(directory, 'file');
  const reading = new FileDigester().digest(path, lstatSync(path));
  // The digester gives way in the middle of a large file.
  appendFileSync(path, 'more');
  expect((await reading).digest).toBe(sha256(`${LARGE}more`));
});

it('gives up on a file that never stands still, and says which', async () => {
  const directory = treeOnDisk({ file: LARGE });
  const path = join(directory, 'file');
  let isOver = false;
  const write = () => {
    if (isOver) return;
    appendFileSync(path, 'more');
    setImmediate(write);
  };
  onTestFinished(() => {
    isOver = true;
  });
  write();
  const packaging = packageTree({ directory, rules: everything, limits: roomy });
  await expect(packaging).rejects.toMatchObject({ code: 'packaging.changed-while-reading', details: { path } });
});

it('stops in the middle of a large file when it is interrupted', async () => {
  const directory = treeOnDisk({ file: LARGE });
  const interrupt = new AbortController();
  const packaging = packageTree({ directory, rules: everything, limits: roomy, signal: interrupt.signal });
  setImmediate(() => interrupt.abort(new Error('^C')));
  await expect(packaging).rejects.toThrow('^C');
});
