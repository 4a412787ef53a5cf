/** Code that tests run inside an application: the fixture python-console, as modules of every kind of scaling. */
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import { scriptHandler } from '../runtimes/fixture-app.ts';
import type { ApiPlatform, ModuleUpload } from './api-platform.ts';

export interface Outcome {
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
  readonly trace?: string;
}

export const consoleHandlers = [
  { ...scriptHandler('/admin/.*', 'main.app'), login: 'admin', authFailAction: 'unauthorized' } as const,
  scriptHandler('/.*', 'main.app'),
];

export function consoleModule(module: string, spec: Partial<VersionSpec> = {}, version = 'uno'): ModuleUpload {
  return { module, version, app: 'python-console', spec: { runtime: 'python27', handlers: consoleHandlers, ...spec } };
}

export const automatic = { scaling: { type: 'automatic' }, instanceClass: 'F1' } as const;
export const basic = { scaling: { type: 'basic', maxInstances: 2, idleTimeoutMs: 300_000 } } as const;
export const manual = (instances = 1) => ({ scaling: { type: 'manual', instances } }) as const;

/** What the code's `result` was, or what it raised. Common indentation goes. */
export function run(platform: ApiPlatform, application: string, code: string, target?: string): Promise<Outcome> {
  const lines = code.replace(/^\n/, '').split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  const body = lines.map((line) => line.slice(indent)).join('\n');
  return platform.json(application, '/run', { method: 'POST', body, ...(target === undefined ? {} : { target }) });
}

/** The code's `result`; what it raised is thrown. */
export async function value<T = unknown>(
  platform: ApiPlatform,
  application: string,
  code: string,
  target?: string,
): Promise<T> {
  const { result, error, trace } = await run(platform, application, code, target);
  if (error !== undefined) throw new Error(`${error}\n${trace}`);
  return result as T;
}
