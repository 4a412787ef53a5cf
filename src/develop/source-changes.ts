/** Where the application's files are, and that some of them changed. */
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DevelopContext, DevelopRequest } from './develop-request.ts';
import { watchTrees } from './watch-trees.ts';

export interface SourceChanges {
  /** Looks at these directories too. */
  add(directories: readonly string[]): void;
  close(): void;
}

const POLL_MS = 1000;

export function watchSources(request: DevelopRequest, context: DevelopContext, onChange: () => void): SourceChanges {
  if (!request.reloads) return { add: () => {}, close: () => {} };
  let stopPolling: (() => void) | undefined;
  const poll = () => {
    stopPolling = context.clock.after(POLL_MS, poll, { isBackground: true });
    // A deploy finds out whether anything is new.
    onChange();
  };
  const startPolling = () => {
    stopPolling ??= context.clock.after(POLL_MS, poll, { isBackground: true });
  };
  const trees = watchTrees({
    onChange: (path) => {
      if (request.ignores?.test(path) !== true) onChange();
    },
    onLimit: () => {
      if (stopPolling !== undefined) return;
      context.onEvent({ type: 'note', message: 'There are too many folders to watch: looking every second.' });
      startPolling();
    },
  });
  if (request.polls) startPolling();
  else trees.add(rootsOf(request));
  return {
    add: (directories) => {
      if (stopPolling === undefined) trees.add(directories);
    },
    close: () => {
      stopPolling?.();
      trees.close();
    },
  };
}

/** Also of paths that are not there yet. */
function rootsOf({ paths, workingDirectory }: DevelopRequest): readonly string[] {
  return (paths.length === 0 ? ['.'] : paths).map((path) => {
    const absolute = resolve(workingDirectory, path);
    return statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true ? absolute : dirname(absolute);
  });
}
