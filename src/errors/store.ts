/** Errors of what the platform keeps on disk: its state, blobs and version directories. */
import { entry } from './entry.ts';

export const storeErrors = {
  'store.in-use': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly directory: string; readonly pid?: number }) =>
      `${d.directory} is in use by another appcfg platform${d.pid === undefined ? '' : ` (process ${d.pid})`}.`,
    hints: () => [
      'See what runs: appcfg platform status',
      'Stop it: appcfg platform stop',
      'Keep a second platform apart by setting APPCFG_HOME to another directory.',
    ],
  }),
  'store.newer': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly file: string; readonly found: number; readonly known: number }) =>
      `${d.file} was written by a newer appcfg (its format is ${d.found}, this one knows up to ${d.known}); nothing was changed.`,
    hints: () => ['Use the newer appcfg, or set APPCFG_HOME to another directory.'],
  }),
  'store.corrupt': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly file: string; readonly reason: string }) =>
      `The platform's state in ${d.file} is damaged: ${d.reason}. Nothing was changed.`,
    hints: (d) => [
      `Restore ${d.file} and ${d.file}-wal together from a backup.`,
      `Without one, move both files away (mv ${d.file} ${d.file}.damaged), start again and deploy your applications again.`,
    ],
  }),
  'store.write-failed': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly file: string; readonly reason: string }) => `Can't write ${d.file}: ${d.reason}.`,
    hints: () => ['Check free space, quota and permissions there (df -h, ls -ld), then run the same command again.'],
  }),
  'store.unavailable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly reasons: readonly string[] }) =>
      `No SQLite library could be loaded: ${d.reasons.join('; ')}.`,
    hints: () => ['Install appcfg again (npm install), or use Node.js 22.13 or newer, which has SQLite built in.'],
  }),
  'collection.busy': entry({
    fault: 'user',
    exitCode: 1,
    message: (_: Readonly<Record<string, never>>) =>
      'An application is just being changed; what it may need is not told from what nobody needs until that is done.',
    hints: () => ['Run the command again in a moment. The platform also collects by itself every ten minutes.'],
  }),
  'blob.missing': entry({
    fault: 'backend',
    exitCode: 1,
    message: (d: { readonly digest: string; readonly others?: number }) =>
      `The content ${d.digest} is not stored here${d.others ? `, nor ${d.others} others` : ''}.`,
    hints: () => ['Run the same command again: it sends what is missing.'],
  }),
  'blob.corrupt': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly digest: string; readonly reason: string; readonly others?: number }) =>
      `The content ${d.digest} is damaged: ${d.reason}${d.others ? `; so are ${d.others} others` : ''}.`,
    hints: () => ['Run the same command again: it sends the content again.'],
  }),
  'manifest.unsafe': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly path: string; readonly problem: string }) =>
      `The file name ${JSON.stringify(d.path)} can't be deployed: it ${d.problem}.`,
    hints: () => ['Rename the file, or leave it out with .gcloudignore or skip_files.'],
  }),
};
