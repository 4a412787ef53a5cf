/** A rule of App Engine's contract, in our words, and whether the platform holds it. */

export interface ContractRule {
  /** `L4`; of rules without a name of their own, the topic's number and a letter: `3.3b`. */
  readonly id: string;
  readonly rule: string;
  /** What is not as the rule says, and why; absent where it holds. */
  readonly differs?: string;
  /** Other rules whose tests prove this one. */
  readonly by?: readonly string[];
}

export interface RuleGroup {
  readonly title: string;
  readonly rules: readonly ContractRule[];
}

export function holds(id: string, rule: string, by?: readonly string[]): ContractRule {
  return by === undefined ? { id, rule } : { id, rule, by };
}

export function differs(id: string, rule: string, why: string): ContractRule {
  return { id, rule, differs: why };
}
