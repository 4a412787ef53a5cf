/** What `init` wrote, and how to go on. */
import type { InitResult } from '../../scaffold/init.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

const outcomes = { new: 'written', overwrites: 'overwritten', unchanged: 'unchanged' } as const;
const plannedOutcomes = {
  new: 'would be written',
  overwrites: 'would be overwritten',
  unchanged: 'unchanged',
} as const;

export function renderInitResult(result: InitResult, style: Style): string {
  const { files, isDryRun, notes, next } = result;
  const width = Math.max(...files.map(({ path }) => path.length));
  const words = isDryRun ? plannedOutcomes : outcomes;
  const head = `Application ${style.bold(result.application)} in ${printable(result.directory)}:`;
  const lines = files.map(({ path, outcome }) => `  ${path.padEnd(width)}  ${style.dim(words[outcome])}`);
  const missing = notes.map((note) => `${style.yellow('Missing:')} ${note}`);
  const commands = isDryRun ? [] : ['', 'Next:', ...next.map((command) => `  ${style.cyan(command)}`)];
  return [head, ...lines, ...missing, ...commands].join('\n');
}
