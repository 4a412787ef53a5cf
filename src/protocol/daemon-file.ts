/** What a running platform leaves in its state directory, so that the tool finds it. */

export const DAEMON_FILE = 'platform.json';

/** Readable by its owner only: it holds the token. */
export interface DaemonFile {
  readonly pid: number;
  /** The package's version. */
  readonly version: string;
  readonly protocol: number;
  readonly host: string;
  readonly controlPort: number;
  readonly routerPort: number;
  readonly token: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
}

/** One line of JSON on the daemon's file descriptor 3 tells its starter how it went. */
export type DaemonReady =
  | { readonly ok: true; readonly daemon: DaemonFile; readonly notes: readonly string[] }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly details: Readonly<Record<string, unknown>>;
        readonly hints: readonly string[];
      };
    };
