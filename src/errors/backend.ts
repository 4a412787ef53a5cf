/** Errors of backend. */
import { entry } from './entry.ts';

export const backendErrors = {
  'backend.unreachable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: {
      readonly backend: string;
      readonly url: string;
      readonly reason: string;
      /** It answered before, or the connection broke: trying again may help. */
      readonly isTransient?: boolean;
    }) => `The ${d.backend} backend at ${d.url} does not answer: ${d.reason}.`,
    hints: () => ['Check that it is running: appcfg platform status'],
  }),
  'backend.unsupported': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly backend: string; readonly role: string; readonly others: readonly string[] }) =>
      `The ${d.backend} backend can't do this (${d.role}).`,
    hints: (d) => (d.others.length > 0 ? [`Backends that can: ${d.others.join(', ')}`] : []),
  }),
  'backend.protocol': entry({
    fault: 'backend',
    exitCode: 1,
    message: (d: { readonly backend: string; readonly request: string; readonly reason: string }) =>
      `The ${d.backend} backend answered ${d.request} with something this tool does not understand: ${d.reason}.`,
    hints: () => ['Tool and platform may be of different versions: appcfg platform status'],
  }),
  'backend.connection-lost': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: {
      readonly application: string;
      readonly what: string;
      readonly operation: string;
      readonly reason: string;
    }) => `The backend took this on (${d.what}) and goes on with it, but no longer answers: ${d.reason}`,
    hints: (d) => [`See how it ends: appcfg operations wait ${d.operation} -A ${d.application}`],
  }),
  'application.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string }) => `There is no application ${d.application}.`,
    hints: () => ['Deploy it first: appcfg update <directory>'],
  }),
  'module.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly module: string; readonly known: readonly string[] }) =>
      `Application ${d.application} has no module ${d.module}.`,
    hints: (d) => (d.known.length > 0 ? [`Its modules: ${d.known.join(', ')}`] : []),
  }),
  'version.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: {
      readonly application: string;
      readonly module: string;
      readonly version: string;
      readonly known: readonly string[];
    }) => `Module ${d.module} of application ${d.application} has no version ${d.version}.`,
    hints: (d) => (d.known.length > 0 ? [`Its versions: ${d.known.join(', ')}`] : []),
  }),
  'instance.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly module: string; readonly version: string; readonly instance: string }) =>
      `Version ${d.version} of module ${d.module} has no instance ${d.instance}.`,
    hints: () => ['See what runs: appcfg instances list'],
  }),
  'release.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly release: string }) =>
      `Application ${d.application} has no release ${d.release}.`,
    hints: () => ['See the releases: appcfg status'],
  }),
  'file.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly module: string; readonly version: string; readonly path: string }) =>
      `Version ${d.version} of module ${d.module} has no file ${d.path}.`,
  }),
  'operation.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly operation: string }) => `There is no operation ${d.operation}.`,
  }),
  'application.ambiguous': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly known: readonly string[] }) =>
      d.known.length === 0
        ? 'No application is named, and there is none on this backend.'
        : `No application is named, and there are several: ${d.known.join(', ')}.`,
    hints: (d) =>
      d.known.length === 0
        ? ['Deploy one first: appcfg update <directory>']
        : ['Name it with -A, or run the command where its app.yaml is.'],
  }),
  'version.required': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly module: string; readonly known: readonly string[] }) =>
      `No version is named, and module ${d.module} has ${d.known.length === 0 ? 'none' : 'several'}.`,
    hints: (d) => [...(d.known.length === 0 ? [] : [`Its versions: ${d.known.join(', ')}`]), 'Name it with -V.'],
  }),
  'target.bad-files': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly errors: number; readonly diagnostics: readonly unknown[] }) =>
      `${d.errors === 1 ? 'A problem' : `${d.errors} problems`} with the files that name the versions; nothing was changed.`,
  }),
  'instances.invalid': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly instances: number }) => `${d.instances} is not a number of instances; expected 1 or more.`,
    hints: () => ['To have none running, stop the version: appcfg stop'],
  }),
  'traffic.invalid': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly reason: string }) => `This traffic split can't be used: it ${d.reason}.`,
    hints: () => ['Name a weight above zero for each version: --splits uno=1,dos=3'],
  }),
  'traffic.changed-meanwhile': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly module: string; readonly now: string }) =>
      `The traffic of module ${d.module} was changed by somebody else while it was moving (now ${d.now}); it stays so.`,
    hints: () => ['See where it goes: appcfg status'],
  }),
  'settings.no-file': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly file: string; readonly directory: string }) =>
      `There is no ${d.file} in ${d.directory === '.' ? 'the current directory' : d.directory}; nothing was changed.`,
    hints: () => ['Name the directory that has it, or the file.'],
  }),
  'settings.no-directory': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly path: string; readonly wanted: string }) =>
      `${d.path} is neither a directory nor a ${d.wanted}; nothing was changed.`,
    hints: (d) => [`Name the directory that has ${d.wanted}, or the file.`],
  }),
  'settings.other-file': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly path: string; readonly wanted: string }) =>
      `${d.path} is not a ${d.wanted}; nothing was changed.`,
    hints: (d) => [`Name the directory that has ${d.wanted}, or the file.`],
  }),
  'request-logs.unwritable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly file: string; readonly reason: string }) =>
      `The requests can't be written to ${d.file}: ${d.reason}.`,
  }),
  'download.not-empty': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly directory: string }) => `${d.directory} is not an empty directory; nothing was written.`,
    hints: () => ['Name a directory that does not exist yet.'],
  }),
  'download.unsafe': entry({
    fault: 'backend',
    exitCode: 1,
    message: (d: { readonly path: string; readonly problem: string }) =>
      `The backend names a file ${JSON.stringify(d.path)}, which ${d.problem}; nothing was written.`,
  }),
  'download.damaged': entry({
    fault: 'backend',
    exitCode: 1,
    message: (d: { readonly path: string }) =>
      `What the backend sent for ${d.path} is not what was deployed; nothing was written.`,
    hints: () => ['Run the command again.'],
  }),
  'download.failed': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly directory: string; readonly reason: string }) =>
      `The files can't be written to ${d.directory}: ${d.reason}.`,
  }),
};
