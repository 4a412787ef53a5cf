/** A directory without the optional file that a command is about: no mistake, as in the original, but worth saying. */
import type { Outcome } from './outcome.ts';
import type { Session } from './session.ts';

export function nothingToRead(session: Session, file: string, directory: string): Outcome {
  const where = directory === '.' ? 'the current directory' : directory;
  const message = `There is no ${file} in ${where}; nothing was done.`;
  session.reporter.event({ type: 'warning', code: 'no-file', message });
  return { data: { outcome: 'unchanged', plan: [], notes: [message] } };
}
