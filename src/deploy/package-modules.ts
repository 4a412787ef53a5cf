/** Finds the files of every module; modules that share a tree and its rules share the walk. */
import { type Manifest, totalSize } from '../model/manifest.ts';
import { digestOfValue } from '../support/digest.ts';
import type { DeploySources, DescribedModule, PackagedFiles, TreeQuery } from './deploy-sources.ts';
import type { DeployIntent } from './intent.ts';

export interface PackagedModule extends DescribedModule {
  readonly specDigest: string;
  readonly manifest: Manifest;
  readonly manifestDigest: string;
  readonly files: number;
  readonly bytes: number;
}

export interface PackagedApplication {
  readonly intent: DeployIntent;
  readonly modules: readonly PackagedModule[];
  /** Digest -> a local file with that content. */
  readonly sources: PackagedFiles['sources'];
}

export interface PackagingContext extends Omit<TreeQuery, 'module'> {
  readonly sources: DeploySources;
  readonly onPackaged: (module: PackagedModule) => void;
  readonly onWarning: (message: string) => void;
}

/** @throws AppcfgError `packaging.*`; nothing was sent */
export async function packageModules(intent: DeployIntent, context: PackagingContext): Promise<PackagedApplication> {
  const trees = new Map<string, PackagedFiles>();
  const modules: PackagedModule[] = [];
  const sources = new Map<string, { readonly path: string; readonly size: number }>();
  for (const module of intent.modules) {
    context.signal.throwIfAborted();
    const key = context.sources.treeKey(module);
    const tree = trees.get(key) ?? (await packageOne(module, context));
    trees.set(key, tree);
    for (const [digest, source] of tree.sources) sources.set(digest, source);
    const packaged = withFiles(module, tree);
    context.onPackaged(packaged);
    modules.push(packaged);
  }
  return { intent, modules, sources };
}

async function packageOne(module: DescribedModule, context: PackagingContext): Promise<PackagedFiles> {
  const { backend, cacheDirectory, clock, signal } = context;
  const tree = await context.sources.packageTree({ module, backend, cacheDirectory, clock, signal });
  for (const { path, reason } of tree.warnings) context.onWarning(`${path} ${reason}`);
  return tree;
}

function withFiles(module: DescribedModule, tree: PackagedFiles): PackagedModule {
  return {
    ...module,
    specDigest: digestOfValue(module.spec),
    manifest: tree.manifest,
    manifestDigest: tree.manifestDigest,
    files: tree.manifest.files.length,
    bytes: totalSize(tree.manifest),
  };
}
