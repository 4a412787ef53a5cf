/** Builds Python wheels by hand: a zip of the package and its metadata. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from './fixture-app.ts';

export interface Wheel {
  /** Into which directory. */
  readonly directory: string;
  /** `tiny_package` */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Command -> `module:function`. */
  readonly commands?: Readonly<Record<string, string>>;
}

export function writeWheel({ directory, name, files, commands = {} }: Wheel): void {
  const source = temporaryDirectory();
  const info = `${name}-1.0.dist-info`;
  const all: Record<string, string> = {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: by-hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/entry_points.txt`]: `[console_scripts]\n${Object.entries(commands)
      .map(([command, target]) => `${command} = ${target}\n`)
      .join('')}`,
  };
  all[`${info}/RECORD`] = [...Object.keys(all), `${info}/RECORD`].map((path) => `${path},,\n`).join('');
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), text);
  }
  mkdirSync(directory, { recursive: true });
  const wheel = join(directory, `${name}-1.0-py3-none-any.whl`);
  const tops = [...new Set(Object.keys(all).map((path) => path.split('/')[0] ?? path))];
  execFileSync('python3', ['-m', 'zipfile', '-c', wheel, ...tops], { cwd: source });
}
