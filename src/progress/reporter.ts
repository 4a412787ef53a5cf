/** The port to whoever watches: a terminal, a log, a machine. */
import type { ProgressEvent } from './event.ts';

export interface Question {
  readonly message: string;
  /** Taken without asking where nobody can answer. */
  readonly defaultAnswer: boolean;
}

export interface Reporter {
  event(event: ProgressEvent): void;
  confirm(question: Question): Promise<boolean>;
}
