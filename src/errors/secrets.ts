/** Errors of secrets. Their values are in none of them. */
import { entry } from './entry.ts';

export const secretErrors = {
  'secret.invalid': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly name: string; readonly problem: string }) => `The secret ${d.name} ${d.problem}.`,
    hints: () => ['A secret is an environment variable: appcfg secret set DATABASE_PASSWORD'],
  }),
  'secret.in-arguments': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly name: string }) =>
      `The value of ${d.name} is on the command line, where other users and the shell's history see it; nothing was changed.`,
    hints: (d) => [
      `Type it when asked: appcfg secret set ${d.name}`,
      `Or pass it in: appcfg secret set ${d.name} < FILE`,
    ],
  }),
  'secret.no-value': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly name: string }) => `The value of ${d.name} is empty; nothing was changed.`,
    hints: (d) => [`To remove it: appcfg secret unset ${d.name}`],
  }),
  'secret.file-unreadable': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly file: string; readonly reason: string }) =>
      `The file of the secret, ${d.file}, can't be read: ${d.reason}`,
    hints: () => ['Paths are relative to the current directory.'],
  }),
  'secret.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly name: string; readonly known: readonly string[] }) =>
      `Application ${d.application} has no secret ${d.name}.`,
    hints: (d) => [d.known.length > 0 ? `Secrets: ${d.known.join(', ')}` : 'It has none at all.'],
  }),
  'secret.too-many': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly count: number; readonly most: number }) =>
      `Application ${d.application} would have ${d.count} secrets; ${d.most} are allowed.`,
    hints: () => ['Remove some: appcfg secret unset NAME'],
  }),
  'secret.unreadable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly application: string; readonly name: string; readonly version: number }) =>
      `The secret ${d.name} (version ${d.version}) of ${d.application} can't be opened: its key or its value was changed on disk.`,
    hints: (d) => [`Set it again: appcfg secret set ${d.name} -A ${d.application}`],
  }),
} as const;
