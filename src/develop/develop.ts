/** The dev use case: deploys, and deploys again whenever a file changes, until it is told to stop. */
import { isAppcfgError } from '../errors.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { createAnnouncer } from './announcer.ts';
import { collectChanges } from './changes.ts';
import type { DevelopContext, DevelopRequest } from './develop-request.ts';
import { followLogs } from './follow-logs.ts';
import { reload } from './reload.ts';
import { watchSources } from './source-changes.ts';
import { createSourcePaths } from './source-paths.ts';

const QUIET_MS = 80;
const MOST_WAIT_MS = 1000;

/** Findings with which there is nothing to wait for: what was named is not there. */
const hopeless: readonly string[] = ['no-module', 'file-missing', 'file-not-yaml', 'file-unexpected'];

/**
 * Ends when the signal aborts, with the ids of all deployments that were live since the start.
 * @throws AppcfgError when what was named is no application
 */
export async function develop(request: DevelopRequest, context: DevelopContext): Promise<readonly string[]> {
  const { clock, onEvent, signal } = context;
  const changes = collectChanges({ clock, quietMs: QUIET_MS, mostMs: MOST_WAIT_MS });
  const sources = watchSources(request, context, () => changes.tell());
  const announce = createAnnouncer(onEvent);
  const paths = createSourcePaths(context.copies);
  const followed = new Map<string, Promise<void>>();
  const follow = (application: string) => {
    if (!followed.has(application)) followed.set(application, followLogs(application, request, { ...context, paths }));
  };
  let isServing = false;
  let hasFailed = false;
  const live = new Set<string>();
  const run = async () => {
    try {
      const report = await reload(request, context, {
        announce,
        onLoaded: ({ application, modules }) => {
          sources.add(modules.map(({ directory }) => directory));
          for (const { module, directory } of modules) paths.set(module, directory);
          if (application !== undefined) follow(application);
        },
      });
      // Before anybody hears of it: from then on it may end at any moment.
      for (const id of await liveDeployments(report.application, context)) live.add(id);
      if (!isServing) onEvent({ type: 'serving', report });
      else if (report.outcome === 'live' || hasFailed) onEvent({ type: 'reloaded', report });
      isServing = true;
      hasFailed = false;
    } catch (error) {
      if (signal.aborted || (!isServing && isHopeless(error))) throw error;
      // Saved once more while it was read: the next round has it whole.
      if (isAppcfgError(error) && error.code === 'packaging.changed-while-reading') return changes.tell();
      hasFailed = true;
      onEvent({ type: 'failed', error, isServing });
    }
  };
  onEvent({ type: 'note', message: 'Starting ...' });
  try {
    await run();
    for (;;) {
      await changes.next(signal);
      await run();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    sources.close();
  }
  await Promise.all(followed.values());
  return [...live];
}

async function liveDeployments(application: string, { backend, signal }: DevelopContext): Promise<readonly string[]> {
  const described = await backend.describe(application, { signal });
  return described?.modules.flatMap(({ versions }) => versions.map(({ deploymentId }) => deploymentId)) ?? [];
}

function isHopeless(error: unknown): boolean {
  if (!isAppcfgError(error) || error.code !== 'config.invalid') return false;
  const { diagnostics } = error.details as { readonly diagnostics: readonly Diagnostic[] };
  return diagnostics.some(({ severity, code }) => severity === 'error' && hopeless.includes(code));
}
