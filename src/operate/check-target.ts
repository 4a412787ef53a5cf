/** Says how an application would behave in a place to deploy to, without asking it: yaml files, names and files. */
import type { Target } from '../config/differences/module-facts.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { type LocalRequest, loadLocal, localModules } from './local-modules.ts';

export interface TargetCheck {
  readonly target: Target;
  /** Whether a deploy there has a chance: nothing that was found is refused there. */
  readonly isDeployable: boolean;
  readonly modules: readonly { readonly file: string; readonly module: string }[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files that are too many, too large or badly named for the place. */
  readonly files: readonly { readonly module: string; readonly path: string; readonly reason: string }[];
}

/** @throws the signal's reason */
export async function checkTarget(target: Target, request: LocalRequest, signal: AbortSignal): Promise<TargetCheck> {
  const { differencesFor } = await import('../config/differences/check-differences.ts');
  const loaded = await loadLocal(request);
  const modules = loaded.modules.map(({ file, module }) => ({ file, module }));
  if (hasErrors(loaded.diagnostics)) {
    return { target, isDeployable: false, modules, diagnostics: loaded.diagnostics, files: [] };
  }
  const { application, module, version, runtime, ...rest } = request;
  const found = differencesFor(target, {
    ...rest,
    overrides: {
      ...(application === undefined ? {} : { application }),
      ...(module === undefined ? {} : { module }),
      ...(version === undefined ? {} : { version }),
      ...(runtime === undefined ? {} : { runtime }),
      environmentVariables: {},
    },
    versionRequired: false,
    applicationRequired: false,
  });
  const diagnostics = [...loaded.diagnostics, ...found];
  const files = modules.length === 0 ? [] : await fileProblems(target, request, signal);
  return { target, isDeployable: !hasErrors(diagnostics) && files.length === 0, modules, diagnostics, files };
}

async function fileProblems(target: Target, request: LocalRequest, signal: AbortSignal): Promise<TargetCheck['files']> {
  const { listSelection } = await import('../packaging/list-selection.ts');
  const { appEngineLimits, platformLimits } = await import('../packaging/limits.ts');
  const limits = target === 'google' ? appEngineLimits : platformLimits;
  const problems: TargetCheck['files'][number][] = [];
  for (const { module, directory, rules } of await localModules(request)) {
    const selection = await listSelection({ directory, rules, limits, signal });
    problems.push(...selection.problems.map((problem) => ({ module, ...problem })));
  }
  return problems;
}
