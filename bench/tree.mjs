/** Generated trees of small files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A static module of `files` files of about 6 kB in folders of six. */
export function generateTree(directory, files, round = 0, { fileBytes, application = 'bench' } = {}) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'app.yaml'),
    `application: ${application}\nversion: one\nruntime: python27\nthreadsafe: true\nhandlers:\n- url: /\n  static_dir: site\n`,
  );
  for (let index = 0; index < files; index += 1) writeTreeFile(directory, index, round, fileBytes);
}

/** Changes every hundredth file. */
export function changeOnePercent(directory, files, round) {
  for (let index = 0; index < files; index += 100) writeTreeFile(directory, index, round);
}

function writeTreeFile(directory, index, round, fileBytes = 6000) {
  const folder = join(directory, 'site', `d${Math.floor(index / 60)}`, `e${Math.floor(index / 6) % 10}`);
  mkdirSync(folder, { recursive: true });
  const line = `file ${index} round ${round} ${'0123456789abcdef'.repeat(4)}\n`;
  writeFileSync(join(folder, `f${index}.txt`), line.repeat(Math.ceil(fileBytes / line.length)));
}
