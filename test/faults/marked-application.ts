/** An application of three modules that says which upload of it answers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const APPLICATION = 'marked';
export const MODULES = ['default', 'worker', 'site'] as const;

/** Answers `/` with the mark, `/slow?MS` after so many milliseconds, and finishes what it began. */
const SERVER = `
const { readFileSync } = require('node:fs');
const mark = readFileSync(__dirname + '/mark.txt', 'utf8');
require('node:http').createServer((request, response) => {
  const slow = /^\\/slow\\?(\\d+)$/.exec(request.url);
  setTimeout(() => response.end(mark), slow ? Number(slow[1]) : 0);
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

const node = 'runtime: nodejs20\nentrypoint: node server.cjs\nversion: one\n';

const files: Readonly<Record<string, string>> = {
  'default/app.yaml': `application: ${APPLICATION}\n${node}automatic_scaling:\n  min_instances: 1\n  max_instances: 1\n`,
  'default/server.cjs': SERVER,
  'worker/app.yaml': `application: ${APPLICATION}\nmodule: worker\n${node}manual_scaling:\n  instances: 1\n`,
  'worker/server.cjs': SERVER,
  'site/app.yaml': `application: ${APPLICATION}\nmodule: site\nruntime: python27\nthreadsafe: true\nversion: one\nhandlers:\n- url: /\n  static_files: mark.txt\n  upload: mark.txt\n`,
};

/** Writes it below `directory` and answers the paths to deploy. */
export function writeApplication(directory: string, mark: string): readonly string[] {
  for (const [path, content] of Object.entries(files)) write(join(directory, path), content);
  remark(directory, mark);
  return MODULES.map((module) => join(directory, module, 'app.yaml'));
}

/** All modules get a new mark. */
export function remark(directory: string, mark: string): void {
  for (const module of MODULES) write(join(directory, module, 'mark.txt'), `${module} ${mark}`);
}

function write(file: string, content: string): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
}
