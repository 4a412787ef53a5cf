/** Who answers a question: --yes, a person at a terminal, or else the question's own default. */
import type { Question } from '../../progress/reporter.ts';
import type { GlobalFlags } from '../flags.ts';
import { type Host, isContinuousIntegration } from '../host.ts';

export type Answers = (question: Question) => Promise<boolean>;

export function createAnswers(host: Host, flags: GlobalFlags, signal: AbortSignal): Answers {
  return async (question) => {
    if (flags.yes) return true;
    if (!canAsk(host, flags)) return question.defaultAnswer;
    return host.ask(question.message, question.defaultAnswer, signal);
  };
}

/** Somebody is there, and wants to be asked. */
export function canAsk(host: Host, flags: GlobalFlags): boolean {
  const isWatched = host.isInputTerminal && host.isErrorTerminal && !isContinuousIntegration(host.environment);
  return isWatched && !flags.json && !flags.quiet;
}
