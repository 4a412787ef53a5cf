/** Errors of packaging. */
import { entry } from './entry.ts';

interface RefusedFile {
  readonly path: string;
  readonly reason: string;
}

export const packagingErrors = {
  'packaging.unreadable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly path: string; readonly reason: string }) => `Can't read ${d.path}: ${d.reason}.`,
  }),
  'packaging.unwritable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly path: string; readonly reason: string }) => `Can't write ${d.path}: ${d.reason}.`,
  }),
  'packaging.refused': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: {
      readonly directory: string;
      readonly problems: readonly RefusedFile[];
      /** What the person edits to leave files out: `.gcloudignore`, `skip_files in app.yaml`. */
      readonly leaveOutWith: string;
    }) =>
      `${d.problems.length} ${d.problems.length === 1 ? 'problem' : 'problems'} with the files of ${d.directory}; nothing was sent: ${listed(d.problems)}.`,
    hints: (d) => [`Correct them, or leave them out with ${d.leaveOutWith}.`, 'See what would be sent: appcfg files'],
  }),
  'packaging.empty': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly directory: string; readonly ignored: number }) =>
      d.ignored === 0
        ? `There is no file to deploy in ${d.directory}.`
        : `There is no file to deploy in ${d.directory}: all ${d.ignored} entries are left out by its rules.`,
    hints: () => ['See which rule left a file out: appcfg files'],
  }),
  'packaging.changed-while-reading': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly path: string }) => `${d.path} changed while it was being read.`,
    hints: () => ['Run the command again when nothing writes to it, or leave it out of the deploy.'],
  }),
  'packaging.two-rule-sets': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly ignoreFile: string }) =>
      `Both ${d.ignoreFile} and skip_files in the yaml file say which files to leave out; only one of them can.`,
    hints: (d) => [
      `Move the patterns of skip_files to ${d.ignoreFile} and delete skip_files, or delete ${d.ignoreFile}.`,
    ],
  }),
  'packaging.bad-skip-files': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly pattern: string; readonly reason: string }) =>
      `Can't use the skip_files pattern ${d.pattern}: ${d.reason}.`,
  }),
  'packaging.bad-ignore-file': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly file: string; readonly reason: string }) =>
      `Can't use the ignore file ${d.file}: ${d.reason}.`,
  }),
  'package.several-modules': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly files: readonly string[] }) =>
      `An archive holds one module, and these are several: ${d.files.join(', ')}.`,
    hints: () => ['Name one yaml file: appcfg package app.yaml'],
  }),
};

function listed(problems: readonly RefusedFile[]): string {
  const shown = problems.slice(0, 5).map(({ path, reason }) => `${/\s/.test(path) ? `"${path}"` : path} ${reason}`);
  const rest = problems.length - shown.length;
  return printable(shown.join('; ') + (rest > 0 ? `; and ${rest} more` : ''));
}

/** Names of files may hold anything, a terminal's control sequences too. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`);
}
