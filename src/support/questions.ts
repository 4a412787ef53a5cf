/** Questions to a person, as whoever has some asks them: who draws them knows nothing of what they are about. */

export interface TextQuestion {
  readonly message: string;
  readonly defaultAnswer: string;
  /** Why an answer will not do; undefined when it does. */
  readonly problemOf: (answer: string) => string | undefined;
}

export interface Choice {
  readonly value: string;
  /** A few words. */
  readonly label: string;
  /** Shown while the choice is pointed at. */
  readonly explanation?: string;
}

export interface ChoiceQuestion {
  readonly message: string;
  readonly choices: readonly Choice[];
  readonly defaultAnswer: string;
}

export interface SelectionQuestion {
  readonly message: string;
  readonly choices: readonly Choice[];
  readonly defaultAnswers: readonly string[];
}

export interface YesOrNoQuestion {
  readonly message: string;
  readonly defaultAnswer: boolean;
}

/** Every method rejects with AppcfgError `interrupted` on Ctrl-C. */
export interface Asker {
  text(question: TextQuestion): Promise<string>;
  choose(question: ChoiceQuestion): Promise<string>;
  /** What is typed is not shown. */
  secret(question: { readonly message: string }): Promise<string>;
  /** At least one. */
  chooseSeveral(question: SelectionQuestion): Promise<readonly string[]>;
  confirm(question: YesOrNoQuestion): Promise<boolean>;
}
