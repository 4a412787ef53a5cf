/** Writes the files that a deploy of one module would take as a zip archive. */
import { resolve } from 'node:path';
import { failure } from '../errors.ts';
import { totalSize } from '../model/manifest.ts';
import { type LocalRequest, localModules } from './local-modules.ts';

export interface PackageRequest extends LocalRequest {
  /** As the user named it. */
  readonly output: string;
}

export interface WrittenPackage {
  readonly module: string;
  /** Absolute. */
  readonly output: string;
  readonly files: number;
  /** Bytes, before they are compressed. */
  readonly bytes: number;
}

/** @throws AppcfgError `package.several-modules`, `config.invalid`, `packaging.*`; the signal's reason */
export async function writePackage(request: PackageRequest, signal: AbortSignal): Promise<WrittenPackage> {
  const [only, ...others] = await localModules(request);
  if (only === undefined || others.length > 0) {
    throw failure('package.several-modules', { files: [only, ...others].map((module) => module?.file ?? '') });
  }
  const { packageTree } = await import('../packaging/package-tree.ts');
  const { writeZip } = await import('../packaging/zip.ts');
  const { platformLimits } = await import('../packaging/limits.ts');
  const { directory, rules, module } = only;
  const tree = await packageTree({ directory, rules, limits: platformLimits, signal });
  const output = resolve(request.workingDirectory, request.output);
  await writeZip(tree, output, { signal });
  return { module, output, files: tree.manifest.files.length, bytes: totalSize(tree.manifest) };
}
