/** Dispatch rules may only name modules that are live or go live together with them. */
import { failure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import type { DeployIntent } from './intent.ts';

/** @throws AppcfgError `deploy.dispatch-target-missing`; nothing was sent */
export function checkDispatchTargets(intent: DeployIntent, current: Application | undefined): void {
  const known = new Set([
    ...(current?.modules ?? []).map((module) => module.name),
    ...intent.modules.map((module) => module.module),
  ]);
  const stray = intent.settings.dispatch?.find((rule) => !known.has(rule.module));
  if (stray) throw failure('deploy.dispatch-target-missing', { module: stray.module, url: stray.url });
}
