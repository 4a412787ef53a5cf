/** What a deploy would take and leave out -> a list for people. */
import type { ModuleFiles } from '../../operate/list-files.ts';
import { printable } from './printable.ts';
import { bytes, count } from './quantity.ts';
import type { Style } from './style.ts';

export function renderFiles(modules: readonly ModuleFiles[], style: Style, showsIgnored: boolean): string {
  return modules.map((module) => renderModule(module, style, showsIgnored)).join('\n\n');
}

function renderModule(module: ModuleFiles, style: Style, showsIgnored: boolean): string {
  const title = `${style.bold(`Module ${module.module}`)} (${module.directory})`;
  const files = module.files.map((file) => `  ${printable(file.path)}  ${style.dim(bytes(file.size))}`);
  const ignored = module.ignored.map(
    ({ path, rule, isDirectory }) =>
      `  ${style.dim(`${printable(path)}${isDirectory ? '/' : ''}  left out by ${rule}`)}`,
  );
  const problems = module.problems.map(
    ({ path, reason }) => `  ${style.red('Refused:')} ${printable(`${path} ${reason}`)}`,
  );
  const warnings = module.warnings.map(
    ({ path, reason }) => `  ${style.yellow('Warning:')} ${printable(`${path} ${reason}`)}`,
  );
  const left = module.ignored.length === 0 ? '' : `; ${count(module.ignored.length, 'entry', 'entries')} left out`;
  return [
    title,
    ...files,
    ...(showsIgnored ? ignored : []),
    ...problems,
    ...warnings,
    `  ${count(module.files.length, 'file')}, ${bytes(module.totalSize)}${left} (rules: ${module.rules})`,
  ].join('\n');
}
