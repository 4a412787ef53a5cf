/** Errors of isolation: a level that was asked for and that this machine does not give. */
import { entry } from './entry.ts';

export const isolationErrors = {
  'isolation.unavailable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly level: string; readonly reasons: readonly string[]; readonly advice: readonly string[] }) =>
      `Isolation level ${d.level} is asked for, and can't be had here: ${d.reasons.join('; ')}.`,
    hints: (d) => [...d.advice, 'What each level needs and stops: docs/isolation.md'],
  }),
  'isolation.too-low': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly level: string; readonly required: string }) =>
      `The platform runs already, with isolation level ${d.level}, which is less than ${d.required}.`,
    hints: (d) => [`Restart it: appcfg platform restart --require-isolation ${d.required}`],
  }),
};
