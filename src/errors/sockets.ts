/** Errors of outbound sockets: what an operator opens, and what restricted runtimes need. */
import { entry } from './entry.ts';

export const socketErrors = {
  'platform.socket-rule-invalid': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly source: string; readonly line: number; readonly rule: string; readonly problem: string }) =>
      `${d.source}, line ${d.line}: can't read the rule "${d.rule}": ${d.problem}.`,
    hints: () => [
      'Write the application and what to open for it, for example: shop 10.1.0.0/16:5432/tcp 127.0.0.1:2525',
    ],
  }),
  'platform.egress-unavailable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly reasons: readonly string[]; readonly advice: readonly string[] }) =>
      `The kernel can't enforce the rules for outbound sockets: ${d.reasons.join('; ')}.`,
    hints: (d) => [...d.advice, 'Or let the language libraries apply them: APPCFG_EGRESS=auto'],
  }),
  'platform.egress-wish-invalid': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly value: string; readonly known: readonly string[] }) =>
      `APPCFG_EGRESS is ${d.value}, which is not one of ${d.known.join(', ')}.`,
    hints: () => ['Unset it for auto: the kernel where it can, the language libraries elsewhere.'],
  }),
};
