/** The names that a backend knows, for completing what a person types. */
import { findModule } from '../model/application.ts';
import type { OperateContext } from './operate-context.ts';
import { resolveApplication } from './resolve-target.ts';

export type NameKind = 'application' | 'module' | 'version' | 'instance' | 'operation' | 'release' | 'queue';

export interface NameQuestion {
  readonly kind: NameKind;
  readonly application?: string | undefined;
  readonly module?: string | undefined;
  readonly version?: string | undefined;
  readonly workingDirectory: string;
}

export interface LiveName {
  readonly name: string;
  readonly explanation: string;
}

/** @throws AppcfgError what the backend fails with; whoever completes shows nothing then */
export async function liveNames(context: OperateContext, question: NameQuestion): Promise<readonly LiveName[]> {
  const { backend, signal } = context;
  if (question.kind === 'application') return (await backend.applications({ signal })).map((id) => named(id));
  const { workingDirectory } = question;
  const application = await resolveApplication(context, {
    application: question.application,
    paths: [],
    workingDirectory,
  });
  switch (question.kind) {
    case 'operation':
      return (await backend.operations.list(application, { signal })).map(({ id, kind, state }) =>
        named(id, `${kind}, ${state}`),
      );
    case 'release':
      return (await backend.releases.list(application, { signal })).map(({ id, createdAt }) => named(id, createdAt));
    case 'instance':
      return instanceNames(context, application, question);
    case 'module':
    case 'version':
    case 'queue':
      return describedNames(context, application, question);
  }
}

async function describedNames(
  { backend, signal }: OperateContext,
  application: string,
  { kind, module }: NameQuestion,
): Promise<readonly LiveName[]> {
  const live = await backend.describe(application, { signal });
  if (live === undefined) return [];
  if (kind === 'queue') return live.settings.queues.queues.map(({ name, mode }) => named(name, mode));
  if (kind === 'module') return live.modules.map(({ name, url }) => named(name, url));
  const own = findModule(live, module ?? '');
  const modules = own === undefined ? live.modules : [own];
  const versions = modules.flatMap(({ name, versions }) => versions.map(({ id }) => ({ id, module: name })));
  const ids = [...new Set(versions.map(({ id }) => id))];
  return ids.map((id) =>
    named(
      id,
      `of ${versions
        .filter((one) => one.id === id)
        .map((one) => one.module)
        .join(', ')}`,
    ),
  );
}

async function instanceNames(
  { backend, signal }: OperateContext,
  application: string,
  { module, version }: NameQuestion,
): Promise<readonly LiveName[]> {
  const instances = (await backend.instances?.list(application, { signal })) ?? [];
  return instances
    .filter((instance) => (module ?? instance.module) === instance.module)
    .filter((instance) => (version ?? instance.version) === instance.version)
    .map((instance) => named(instance.id, `${instance.module}:${instance.version}`));
}

function named(name: string, explanation = ''): LiveName {
  return { name, explanation };
}
