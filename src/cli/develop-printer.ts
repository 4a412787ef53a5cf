/** Prints what `dev` announces: for people as lines, with --json as one document a line. */
import type { DevelopEvent } from '../develop/develop-event.ts';
import { createDevelopRenderer } from './render/develop-event.ts';
import type { Session } from './session.ts';
import { catalogued } from './show-failure.ts';
import { createSourceLines } from './source-lines.ts';

export function createDevelopPrinter(session: Session): (event: DevelopEvent) => void {
  const { flags, style, workingDirectory } = session;
  if (flags.json) return (event) => session.print(JSON.stringify(asData(event)));
  const render = createDevelopRenderer({
    style,
    bodyOf: (error) => catalogued(error).toBody(),
    // Read anew: the files change while this runs.
    sourceLine: () => createSourceLines(workingDirectory),
  });
  return (event) => {
    if (flags.quiet && event.type === 'note') return;
    session.print(render(event));
  };
}

function asData(event: DevelopEvent): unknown {
  return event.type === 'failed' ? { ...event, error: catalogued(event.error).toBody() } : event;
}
