/** The result of a change -> what was done, would be done, or was so already. */
import type { ChangeResult } from '../../operate/operate-context.ts';
import type { Outcome } from '../outcome.ts';
import type { Style } from './style.ts';

/** Sentences for a change that was made, and for one that was not needed. */
export interface ChangeWords {
  readonly done: string;
  readonly unchanged: string;
}

export function changeOutcome(result: ChangeResult, words: ChangeWords): Outcome {
  return {
    data: result,
    text: (style) => renderChange(result, words, style),
    isConfirmation: result.outcome !== 'planned',
  };
}

export function renderChange(result: ChangeResult, words: ChangeWords, style: Style): string {
  switch (result.outcome) {
    case 'planned':
      return `${style.bold('Would do')} (nothing was changed):\n${result.plan.map((line) => `  ${line}`).join('\n')}`;
    case 'unchanged':
      return words.unchanged;
    case 'done': {
      const notes = result.plan.filter((line) => line.startsWith('note: ')).map((line) => `\n${line}`);
      return `${style.green('Done:')} ${words.done}${notes.join('')}`;
    }
  }
}
