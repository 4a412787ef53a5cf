import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newHome } from './program.ts';

const index = (kind: string, property: string) => `- kind: ${kind}\n  properties:\n  - name: ${property}\n`;

it('indexes are recorded with a deploy, added by update-indexes, shown, and vacuumed only when that is wanted', async () => {
  const home = newHome();
  const directory = join(home.directory, 'library');
  mkdirSync(directory);
  const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
  write('app.yaml', 'application: library\nversion: uno\nruntime: static\nhandlers:\n- url: /\n  static_dir: .\n');
  write('index.yaml', `indexes:\n${index('Book', 'title')}`);
  await home.json('update', directory);
  const kinds = async () =>
    (await home.json<{ indexes: { kind: string }[] }>('indexes', 'list')).indexes.map(({ kind }) => kind);
  expect(await kinds()).toEqual(['Book']);
  write('index.yaml', `indexes:\n${index('Page', 'number')}`);
  await home.json('update-indexes', directory);
  expect(await kinds()).toEqual(['Book', 'Page']);
  // Nobody is there to ask.
  await home.json('vacuum-indexes', directory);
  expect(await kinds()).toEqual(['Book', 'Page']);
  await home.json('vacuum-indexes', directory, '--force');
  expect(await kinds()).toEqual(['Page']);
});
