/** Errors of outbound sockets: what an operator opens, and what restricted runtimes need. */
import { entry } from './entry.ts';

export const socketErrors = {
  'platform.socket-rule-invalid': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly source: string; readonly line: number; readonly rule: string; readonly problem: string }) =>
      `${d.source}, line ${d.line}: can't read the rule "${d.rule}": ${d.problem}.`,
    hints: () => ['Write the application and what to open for it, for example: shop 10.1.0.0/16:5432/tcp 127.0.0.1:2525'],
  }),
};
