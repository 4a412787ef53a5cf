/** Which files a deploy would take, and which rule leaves out the others. */
import { type LocalRequest, localModules } from './local-modules.ts';

export interface ModuleFiles {
  readonly module: string;
  /** Absolute. */
  readonly directory: string;
  /** Where the rules are: `.gcloudignore`, `skip_files in the yaml file` ... */
  readonly rules: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly ignored: readonly { readonly path: string; readonly rule: string; readonly isDirectory: boolean }[];
  /** Bytes. */
  readonly totalSize: number;
  /** What a deploy would refuse. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
  /** What a deploy would take, and probably should not: secrets, what git ignores, names that differ only in case. */
  readonly warnings: readonly { readonly path: string; readonly reason: string }[];
}

/** @throws AppcfgError `config.invalid`, `deploy.nothing`, `packaging.unreadable`; the signal's reason */
export async function listFiles(request: LocalRequest, signal: AbortSignal): Promise<readonly ModuleFiles[]> {
  const { listSelection } = await import('../packaging/list-selection.ts');
  const { platformLimits } = await import('../packaging/limits.ts');
  const { suspiciousFiles } = await import('../packaging/suspicious-files.ts');
  const listed: ModuleFiles[] = [];
  for (const { module, directory, rules } of await localModules(request)) {
    const selection = await listSelection({ directory, rules, limits: platformLimits, signal });
    const { files, ignored, totalSize, problems } = selection;
    const suspicious = await suspiciousFiles(
      directory,
      files.map(({ path }) => path),
    );
    const warnings = [...selection.warnings, ...suspicious];
    listed.push({ module, directory, rules: rules.leaveOutWith, files, ignored, totalSize, problems, warnings });
  }
  return listed;
}
