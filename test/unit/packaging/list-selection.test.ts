import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listSelection } from '../../../src/packaging/list-selection.ts';
import { everything, roomy, treeOnDisk } from './tree-on-disk.ts';

it('lists sizes, what is left out and by which rule, and what would be refused, without reading a file', async () => {
  const directory = treeOnDisk({
    'b.py': '12345',
    'a/x': '',
    ignored: '',
    'a/ignored/deep': '',
    big: '1234567',
    broken: { linkTo: 'nowhere' },
  });
  chmodSync(join(directory, 'b.py'), 0);
  const selection = await listSelection({ directory, rules: everything, limits: { ...roomy, maximumFileSize: 6 } });
  expect(selection).toEqual({
    files: [
      { path: 'a/x', size: 0 },
      { path: 'b.py', size: 5 },
    ],
    ignored: [
      { path: 'a/ignored', rule: 'ignored', isDirectory: true },
      { path: 'ignored', rule: 'ignored', isDirectory: false },
    ],
    totalSize: 12,
    problems: [
      { path: 'big', reason: 'has 7 bytes, more than the 6 that the platform takes' },
      { path: 'broken', reason: 'is a symbolic link to nowhere, which does not exist' },
    ],
    warnings: [],
  });
});
