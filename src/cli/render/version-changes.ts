/** Changes of several versions -> one document, one sentence each. */
import type { VersionChange } from '../../operate/start-version.ts';
import type { Outcome } from '../outcome.ts';
import { renderChange } from './change.ts';

/** Words as in "Version v1 of module default is STARTED" and "... IS SERVING ALREADY". */
export function versionChangesOutcome(
  changes: readonly VersionChange[],
  words: { readonly done: string; readonly unchanged: string },
): Outcome {
  return {
    data: { changes },
    text: (style) =>
      changes
        .map((change) => {
          const name = `ersion ${change.version} of module ${change.module}`;
          const sentences = { done: `v${name} is ${words.done}.`, unchanged: `V${name} ${words.unchanged}.` };
          return renderChange(change, sentences, style);
        })
        .join('\n'),
    isConfirmation: changes.every((change) => change.outcome !== 'planned'),
  };
}
