/** The watcher on a real file system. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { watchTrees } from '../../src/develop/watch-trees.ts';
import { eventually } from '../e2e/program.ts';
import { temporaryDirectory } from './temporary-directory.ts';

function watched() {
  const root = temporaryDirectory();
  const paths: string[] = [];
  mkdirSync(join(root, 'web/deep'), { recursive: true });
  mkdirSync(join(root, 'node_modules/left-pad'), { recursive: true });
  const watch = watchTrees({ onChange: (path) => void paths.push(path), onLimit: () => {} });
  watch.add([root]);
  onTestFinished(() => watch.close());
  const sees = async (path: string) => {
    await eventually(`a change of ${path} is seen among ${paths}`, () => paths.includes(path));
    paths.length = 0;
  };
  return { root, paths, watch, sees };
}

it('sees files that are written, renamed and deleted, at any depth', async () => {
  const { root, sees } = watched();
  writeFileSync(join(root, 'app.yaml'), 'a');
  await sees('app.yaml');
  writeFileSync(join(root, 'web/deep/main.py'), 'a');
  await sees('web/deep/main.py');
  writeFileSync(join(root, 'web/deep/new'), 'b');
  renameSync(join(root, 'web/deep/new'), join(root, 'web/deep/main.py'));
  await sees('web/deep/main.py');
  rmSync(join(root, 'web/deep/main.py'));
  await sees('web/deep/main.py');
});

it('follows folders that come, go and come again', async () => {
  const { root, sees } = watched();
  mkdirSync(join(root, 'worker/inner'), { recursive: true });
  await sees('worker');
  writeFileSync(join(root, 'worker/inner/a'), '');
  await sees('worker/inner/a');
  rmSync(join(root, 'worker'), { recursive: true });
  await sees('worker');
  mkdirSync(join(root, 'worker'));
  await sees('worker');
  writeFileSync(join(root, 'worker/b'), '');
  await sees('worker/b');
});

it('does not look into folders of installed packages', async () => {
  const { root, paths, sees } = watched();
  writeFileSync(join(root, 'node_modules/left-pad/index.js'), '');
  mkdirSync(join(root, 'web/node_modules'));
  writeFileSync(join(root, 'web/node_modules/x'), '');
  writeFileSync(join(root, 'last'), '');
  await eventually('the last change is seen', () => paths.includes('last'));
  expect(paths.filter((path) => path.includes('node_modules'))).toEqual([]);
  await sees('last');
});
