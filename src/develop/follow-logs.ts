/** The log of an application from now on, whatever happens to the connection. */
import { requireRole } from '../backend/require-role.ts';
import type { LogRecord } from '../model/log.ts';
import type { DevelopContext, DevelopRequest } from './develop-request.ts';
import type { SourcePaths } from './source-paths.ts';

export interface FollowContext extends DevelopContext {
  readonly paths: SourcePaths;
}

const AGAIN_MS = 200;

/** Resolves when the signal aborts. The application need not be deployed yet. */
export async function followLogs(application: string, request: DevelopRequest, context: FollowContext): Promise<void> {
  const { backend, clock, onEvent, paths, signal } = context;
  const { follow } = requireRole(backend, 'logs');
  let sinceMs = clock.now();
  while (!signal.aborted) {
    try {
      for await (const record of follow({ application, minimumLevel: request.minimumLevel, sinceMs }, { signal })) {
        sinceMs = record.timeMs + 1;
        if (request.showsInstances || !isComingOrGoing(record))
          onEvent({ type: 'log', record: withSources(record, paths) });
      }
    } catch {
      // A reader that is too slow is cut off; it goes on where it was.
    }
    await clock.sleep(AGAIN_MS, signal).catch(() => {});
  }
}

/** Every change replaces instances, and says so. What went wrong is said louder. */
function isComingOrGoing(record: LogRecord): boolean {
  return record.kind === 'app' && record.stream === 'platform' && record.level === 'info';
}

function withSources(record: LogRecord, paths: SourcePaths): LogRecord {
  return record.kind === 'app' ? { ...record, message: paths.inLine(record.message, record.module) } : record;
}
