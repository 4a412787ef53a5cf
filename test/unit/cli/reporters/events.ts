/** A deploy as its reporter hears it. */
import type { ProgressEvent } from '../../../../src/progress/event.ts';

export const deployEvents: readonly ProgressEvent[] = [
  { type: 'phase-started', phase: 'read', label: 'Reading the configuration' },
  { type: 'warning', code: 'old-runtime', message: 'python27 runs under python3.' },
  { type: 'phase-finished', phase: 'read', detail: 'shop: default:v1', durationMs: 12 },
  { type: 'phase-started', phase: 'package', label: 'Reading the files' },
  { type: 'module-packaged', module: 'default', version: 'v1', files: 3, bytes: 4200 },
  { type: 'phase-finished', phase: 'package', durationMs: 20 },
  { type: 'phase-started', phase: 'upload', label: 'Sending files' },
  { type: 'upload-progress', files: 1, totalFiles: 3, bytes: 100, totalBytes: 4200 },
  { type: 'upload-progress', files: 2, totalFiles: 3, bytes: 2200, totalBytes: 4200 },
  { type: 'upload-progress', files: 3, totalFiles: 3, bytes: 4200, totalBytes: 4200 },
  { type: 'phase-finished', phase: 'upload', detail: '3 files', durationMs: 30 },
  { type: 'phase-started', phase: 'release', label: 'Making it live' },
  {
    type: 'operation',
    event: { type: 'version-phase', module: 'default', version: 'v1', phase: 'starting', detail: '1 of 2', timeMs: 1 },
  },
  { type: 'operation', event: { type: 'output', module: 'default', version: 'v1', line: 'listening', timeMs: 1 } },
  { type: 'operation', event: { type: 'warning', message: 'slow start', timeMs: 1 } },
  { type: 'phase-finished', phase: 'release', durationMs: 40 },
  { type: 'module-live', module: 'default', version: 'v1', url: 'http://shop.localhost:8080/', isUnchanged: false },
  { type: 'note', message: 'a note' },
];
