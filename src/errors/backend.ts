/** Errors of backend. */
import { entry } from './entry.ts';

export const backendErrors = {
  'backend.unreachable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly backend: string; readonly url: string; readonly reason: string }) =>
      `The ${d.backend} backend at ${d.url} does not answer: ${d.reason}.`,
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
};
