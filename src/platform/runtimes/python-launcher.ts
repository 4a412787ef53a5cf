/** How our Python launcher is told what to serve (runtimes/python/appcfg_launcher/settings.py reads it). */
import { join } from 'node:path';
import type { VersionSpec } from '../../model/version-spec.ts';

export interface LauncherSettings {
  readonly generation: 1 | 2;
  readonly threadsafe: boolean;
  readonly handlers: readonly { readonly url: string; readonly script: string }[];
  readonly libraries: readonly string[];
}

export function launcherScript(assetsDirectory: string): string {
  return join(assetsDirectory, 'python', 'serve.py');
}

/** Where our google.appengine is. */
export function apiLibrary(assetsDirectory: string): string {
  return join(assetsDirectory, 'python', 'lib');
}

/** First generation: the script handlers in their order; without handlers everything goes to `main.app`. */
export function firstGenerationSettings(spec: VersionSpec): LauncherSettings {
  const handlers = spec.handlers.flatMap((handler) =>
    (handler.type === 'script' || handler.type === 'api-endpoint') && handler.script !== undefined
      ? [{ url: handler.url, script: scriptName(handler.script) }]
      : [],
  );
  const everything = { url: '/.*', script: scriptName(spec.main ?? 'auto') };
  return {
    generation: 1,
    threadsafe: spec.isThreadsafe,
    handlers: spec.handlers.length > 0 ? handlers : [everything],
    libraries: spec.libraries.map((library) => library.name),
  };
}

export function secondGenerationSettings(): LauncherSettings {
  return { generation: 2, threadsafe: true, handlers: [{ url: '/.*', script: 'main.app' }], libraries: [] };
}

function scriptName(script: string): string {
  return script === 'auto' ? 'main.app' : script;
}
