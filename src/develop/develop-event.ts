/** What `dev` announces while it runs. */
import type { DeployReport } from '../deploy/deploy-report.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { LogRecord } from '../model/log.ts';

export type DevelopEvent =
  /** The first deploy that succeeded: from now on the application answers. */
  | { readonly type: 'serving'; readonly report: DeployReport }
  /** A change is live, or what is saved is again what runs. */
  | { readonly type: 'reloaded'; readonly report: DeployReport }
  /** What runs went on as it was; the next change is tried again. */
  | { readonly type: 'failed'; readonly error: unknown; readonly isServing: boolean }
  | { readonly type: 'diagnostics'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'note'; readonly message: string }
  /** A line that a build printed. */
  | { readonly type: 'output'; readonly module: string; readonly line: string }
  | { readonly type: 'log'; readonly record: LogRecord };
