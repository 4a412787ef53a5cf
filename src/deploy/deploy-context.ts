/** What a deploy works with: the ports, given by whoever starts it. */
import type { Backend } from '../backend/backend.ts';
import type { SourceCommit } from '../model/source-commit.ts';
import type { Reporter } from '../progress/reporter.ts';
import type { Clock } from '../support/clock.ts';
import type { DeploySources } from './deploy-sources.ts';

export interface DeployContext {
  readonly backend: Backend;
  readonly reporter: Reporter;
  readonly clock: Clock;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Of the file-state cache. */
  readonly cacheDirectory: string;
  /** Which commit a directory is at; never rejects. */
  readonly commitOf?: (directory: string) => Promise<SourceCommit | undefined>;
  /** Replaces the real configuration loader and packager. */
  readonly sources?: DeploySources;
}

/** The real sources are loaded late: other commands never pay for them. */
export async function sourcesOf(context: DeployContext): Promise<DeploySources> {
  return context.sources ?? (await import('./local-sources.ts')).localSources;
}
