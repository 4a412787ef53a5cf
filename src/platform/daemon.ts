/** The platform as a process of its own: reports readiness to its starter, ends on signals. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { failure, isAppcfgError, messageOf } from '../errors.ts';
import type { DaemonReady } from '../protocol/daemon-file.ts';
import { crashCheckpoint } from './checkpoint.ts';
import { boundOwnLog } from './logs/own-log.ts';
import { type RunningPlatform, startPlatform } from './platform.ts';
import type { PlatformOptions } from './platform-options.ts';

/** The file descriptor on which the starter waits for one line. */
const READY_DESCRIPTOR = 3;

export interface DaemonRunOptions extends PlatformOptions {
  /** Started by the tool: readiness goes to file descriptor 3. */
  readonly isDaemon: boolean;
  readonly onReady?: (platform: RunningPlatform) => void;
  readonly signal: AbortSignal;
}

/** Resolves when the platform has ended, on a signal or because somebody asked it to. */
export async function runPlatform(options: DaemonRunOptions): Promise<void> {
  let platform: RunningPlatform;
  try {
    const { environment } = options;
    platform = await startPlatform({
      // Two aids for tests: without these variables nothing of them is left.
      showRelease: environment.APPCFG_SHOW_RELEASE === '1',
      checkpoint: crashCheckpoint(environment),
      ...options,
    });
  } catch (error) {
    const body = isAppcfgError(error) ? error.toBody() : failure('internal', { reason: messageOf(error) }).toBody();
    if (options.isDaemon) tellStarter({ ok: false, error: body });
    throw error;
  }
  const endLog = options.isDaemon ? boundDaemonLog(options) : () => {};
  if (options.isDaemon) tellStarter({ ok: true, daemon: platform.daemon, notes: platform.notes });
  options.onReady?.(platform);
  await Promise.race([platform.shutdownRequested, aborted(options.signal)]);
  endLog();
  await platform.close();
}

/** Its starter sent its standard output and error there. */
function boundDaemonLog({ clock, directories }: PlatformOptions): () => void {
  return boundOwnLog({ clock, file: join(directories.state, 'platform.log'), descriptor: process.stderr.fd });
}

function tellStarter(ready: DaemonReady): void {
  try {
    writeSync(READY_DESCRIPTOR, `${JSON.stringify(ready)}\n`);
  } catch {
    // The starter is gone; the platform does not need it.
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
