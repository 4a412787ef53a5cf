/** What a deploy asks for, in short; one that was begun before and is not over keeps the version id made up for it. */
import type { AskedDeploy } from '../model/asked-deploy.ts';
import type { Operation } from '../model/operation.ts';
import { digestOfValue } from '../support/digest.ts';
import type { PackagedApplication } from './package-modules.ts';

export function askedDeploy({ intent, modules }: PackagedApplication, generatedVersion: string | undefined) {
  const { application, settings, promotes, stopsPrevious } = intent;
  const made = modules.map(({ module, specDigest, manifestDigest, version }) => ({
    ...{ module, specDigest, manifestDigest },
    version: version === generatedVersion ? null : version,
  }));
  const content = digestOfValue({ application, made, settings, promotes, stopsPrevious });
  const isMadeUp = generatedVersion !== undefined && modules.some(({ version }) => version === generatedVersion);
  return { content, ...(isMadeUp ? { generatedVersion } : {}) } satisfies AskedDeploy;
}

/** undefined when no such deploy goes on. */
export function unfinishedVersion(operations: readonly Operation[], { content }: AskedDeploy): string | undefined {
  const same = operations.find(({ state, asked }) => state === 'pending' && asked?.content === content);
  return same?.asked?.generatedVersion;
}

export function withVersion(packaged: PackagedApplication, before: string, after: string): PackagedApplication {
  const renamed = <M extends { readonly version: string }>(module: M): M =>
    module.version === before ? { ...module, version: after } : module;
  const { intent, modules } = packaged;
  return { ...packaged, intent: { ...intent, modules: intent.modules.map(renamed) }, modules: modules.map(renamed) };
}
