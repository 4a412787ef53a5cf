import { expect, it } from 'vitest';
import { createSourcePaths } from '../../../src/develop/source-paths.ts';

const digest = 'a1'.repeat(32);
const paths = createSourcePaths({ trees: '/tmp/x(1)/state/trees', runs: '/cache/builds/node-run' });
paths.set('web', '/home/ann/shop/web');

it.each([
  [`File "/tmp/x(1)/state/trees/shop/${digest}/main.py", line 3`, 'File "/home/ann/shop/web/main.py", line 3'],
  [
    `/tmp/x(1)/state/trees/shop/${digest}/a.js:1 /tmp/x(1)/state/trees/shop/${digest}/b.js`,
    '/home/ann/shop/web/a.js:1 /home/ann/shop/web/b.js',
  ],
  ['at file:///cache/builds/node-run/20261121t1.2/server.js:4:5', 'at file:///home/ann/shop/web/server.js:4:5'],
  ['/tmp/x(1)/state/trees/shop/short/main.py', '/tmp/x(1)/state/trees/shop/short/main.py'],
  ['nothing here', 'nothing here'],
])('%s', (line, expected) => {
  expect(paths.inLine(line, 'web')).toBe(expected);
});

it('leaves lines of a module alone that it does not know', () => {
  const line = `/tmp/x(1)/state/trees/shop/${digest}/main.py`;
  expect(paths.inLine(line, 'other')).toBe(line);
});
