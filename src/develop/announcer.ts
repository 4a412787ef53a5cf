/** What a deploy reports -> what a person who develops wants to know of it, once and not with every save. */
import type { Diagnostic } from '../model/diagnostic.ts';
import type { OperationEvent } from '../model/operation-event.ts';
import type { ProgressEvent } from '../progress/event.ts';
import type { DevelopEvent } from './develop-event.ts';

export function createAnnouncer(onEvent: (event: DevelopEvent) => void): (event: ProgressEvent) => void {
  const said = new Set<string>();
  const isNew = (text: string) => !said.has(text) && said.add(text).has(text);
  const building = new Set<string>();

  const warn = (message: string) => {
    if (isNew(message)) onEvent({ type: 'warning', message });
  };
  const warnOf = (diagnostics: readonly Diagnostic[]) => {
    const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
    const news = warnings.filter((diagnostic) => isNew(JSON.stringify(diagnostic)));
    if (news.length > 0) onEvent({ type: 'diagnostics', diagnostics: news });
  };
  const operation = (event: OperationEvent) => {
    switch (event.type) {
      case 'warning':
        return warn(event.message);
      case 'version-phase':
        // The phase is announced when it begins, and again with what it did.
        if (event.phase === 'building' && event.detail === undefined) building.add(event.module);
        else building.delete(event.module);
        return;
      case 'output':
        // What an instance prints while it starts comes with the logs.
        if (building.has(event.module)) onEvent({ type: 'output', module: event.module, line: event.line });
    }
  };
  return (event) => {
    switch (event.type) {
      case 'diagnostics':
        return warnOf(event.diagnostics);
      case 'warning':
        return warn(event.message);
      case 'note':
        if (isNew(event.message)) onEvent({ type: 'note', message: event.message });
        return;
      case 'operation':
        return operation(event.event);
      case 'phase-started':
      case 'phase-finished':
      case 'phase-failed':
      case 'module-packaged':
      case 'module-live':
      case 'upload-progress':
    }
  };
}
