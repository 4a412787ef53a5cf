/** What a command hands back when its work is done. */
import type { Style } from './render/style.ts';

export interface Outcome {
  /** For `--json`: the whole result. Absent when it was printed while the command ran. */
  readonly data?: unknown;
  /** For people. A text that only confirms is left out with `--quiet`. */
  readonly text?: (style: Style) => string;
  readonly isConfirmation?: boolean;
  /** Non-zero for a result that is a bad one, as in `validate` and `doctor`. */
  readonly exitCode?: 0 | 1;
}
