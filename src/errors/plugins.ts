/** Errors of plugins. */
import { entry } from './entry.ts';

export const pluginErrors = {
  'plugin.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly plugin: string }) => `There is no package ${d.plugin}, neither here nor beside appcfg.`,
    hints: (d) => [`Install it first: npm install -g ${d.plugin}`, 'Or name the directory that it is in.'],
  }),
  'plugin.invalid': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly plugin: string; readonly reason: string }) =>
      `The plugin ${d.plugin} can't be used: ${d.reason}.`,
    hints: () => ['How a plugin is made: docs/backends.md', 'Do without it: appcfg plugins remove NAME'],
  }),
  'plugin.not-added': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly plugin: string; readonly known: readonly string[] }) =>
      `The plugin ${d.plugin} was not added.`,
    hints: (d) => [d.known.length === 0 ? 'No plugins are added.' : `Plugins: ${d.known.join(', ')}`],
  }),
  'plugin.list-unreadable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly file: string; readonly reason: string }) =>
      `The list of plugins, ${d.file}, can't be read: ${d.reason}`,
    hints: () => ['Delete it, and add the plugins again: appcfg plugins add NAME'],
  }),
} as const;
