/** Events that must be seen even by who asked for quiet. */
import type { ProgressEvent } from '../../progress/event.ts';
import { renderDiagnostic } from './diagnostic.ts';
import type { Style } from './style.ts';

/** Empty for events that are not warnings. Errors in files are shown with the failure they lead to. */
export function renderWarning(event: ProgressEvent, style: Style): readonly string[] {
  switch (event.type) {
    case 'warning':
      return [`${style.yellow('Warning:')} ${event.message}`];
    case 'operation':
      return event.event.type === 'warning' ? [`${style.yellow('Warning:')} ${event.event.message}`] : [];
    case 'diagnostics':
      return event.diagnostics
        .filter((diagnostic) => diagnostic.severity === 'warning')
        .map((diagnostic) => renderDiagnostic(diagnostic, style));
    case 'phase-started':
    case 'phase-finished':
    case 'phase-failed':
    case 'module-packaged':
    case 'upload-progress':
    case 'module-live':
    case 'note':
      return [];
  }
}
