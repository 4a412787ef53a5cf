/** Errors of the language runtimes: what a version needs and this machine or its files don't have. */
import { entry } from './entry.ts';

export const runtimeErrors = {
  'runtime.unknown': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly runtime: string; readonly known: readonly string[] }) =>
      `There is no runtime ${d.runtime}.`,
    hints: (d) => [
      `Runtimes: ${d.known.join(', ')}`,
      'For anything else: runtime: custom with an entrypoint that listens on $PORT.',
    ],
  }),
  'runtime.tool-missing': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly tool: string; readonly runtime: string; readonly debianPackage: string }) =>
      `Runtime ${d.runtime} needs ${d.tool}, which this machine doesn't have.`,
    hints: (d) => [`On Debian and Ubuntu: apt-get install ${d.debianPackage}`],
  }),
  'runtime.tool-unusable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly variable: string; readonly path: string; readonly needed: string }) =>
      `${d.variable} is ${d.path}, which is not a ${d.needed} that runs.`,
    hints: (d) => [`Set ${d.variable} to the path of a ${d.needed}, or unset it.`],
  }),
  'runtime.entrypoint-missing': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly runtime: string; readonly reason: string }) =>
      `Runtime ${d.runtime} does not know how to start this application: ${d.reason}.`,
    hints: () => ['Add a line to its yaml file, for example: entrypoint: ./server --port $PORT'],
  }),
  'runtime.layout-unsupported': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly runtime: string; readonly found: string; readonly supported: string }) =>
      `Runtime ${d.runtime} can't run this application: found ${d.found}; supported is ${d.supported}.`,
  }),
  'runtime.build-failed': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly step: string; readonly reason: string; readonly output: readonly string[] }) =>
      `${d.step} failed: ${d.reason}.`,
  }),
};
