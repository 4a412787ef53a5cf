/** What use cases announce while they work. Only a reporter knows a screen. */
import type { Diagnostic } from '../model/diagnostic.ts';
import type { OperationEvent } from '../model/operation-event.ts';

export type DeployPhase = 'read' | 'package' | 'compare' | 'upload' | 'release';

export type ProgressEvent =
  | { readonly type: 'phase-started'; readonly phase: DeployPhase; readonly label: string }
  | {
      readonly type: 'phase-finished';
      readonly phase: DeployPhase;
      readonly detail?: string;
      readonly durationMs: number;
    }
  | { readonly type: 'phase-failed'; readonly phase: DeployPhase; readonly durationMs: number }
  | {
      readonly type: 'module-packaged';
      readonly module: string;
      readonly version: string;
      readonly files: number;
      readonly bytes: number;
    }
  | {
      readonly type: 'upload-progress';
      readonly files: number;
      readonly totalFiles: number;
      readonly bytes: number;
      readonly totalBytes: number;
    }
  | { readonly type: 'operation'; readonly event: OperationEvent }
  | {
      readonly type: 'module-live';
      readonly module: string;
      readonly version: string;
      readonly url: string;
      readonly isUnchanged: boolean;
    }
  | { readonly type: 'diagnostics'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly type: 'warning'; readonly code: string; readonly message: string }
  | { readonly type: 'note'; readonly message: string };
