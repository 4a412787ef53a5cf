/** What a command hands back when its work is done. */
import type { Style } from './render/style.ts';

export interface Outcome {
  /** For `--json`: the whole result. */
  readonly data: unknown;
  /** For people. A text that only confirms is left out with `--quiet`. */
  readonly text?: (style: Style) => string;
  readonly isConfirmation?: boolean;
  /** Non-zero for a result that is a bad one, as in `validate` and `doctor`. */
  readonly exitCode?: 0 | 1;
}
