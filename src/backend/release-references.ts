/** What a release names must exist, before it or with it: the rules of the backends that this tool runs itself. Pure. */
import { type AppcfgError, failure } from '../errors.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import type { ReleaseRequest } from '../model/release.ts';
import { trafficProblem, uploadProblem } from '../model/release-problems.ts';

interface LiveModules {
  readonly modules: Readonly<Record<string, { readonly versions: Readonly<Record<string, unknown>> }>>;
}

/** `release.invalid`, `deploy.default-missing` or `deploy.dispatch-target-missing`; undefined when nothing is wrong. */
export function contentProblem(live: LiveModules, request: ReleaseRequest): AppcfgError | undefined {
  const { application, uploads } = request;
  const invalid = (reason: string) => failure('release.invalid', { application, reason });
  const upload = uploads.map(uploadProblem).find((problem) => problem !== undefined);
  if (upload) return invalid(upload);
  const modules = new Set([...Object.keys(live.modules), ...uploads.map(({ module }) => module)]);
  if (uploads.length > 0 && !modules.has(DEFAULT_MODULE)) return failure('deploy.default-missing', { application });
  const exists = (module: string, version: string) =>
    live.modules[module]?.versions[version] !== undefined ||
    uploads.some((found) => found.module === module && found.version === version);
  const traffic = trafficProblem(request.traffic, exists);
  if (traffic) return invalid(traffic);
  const stray = request.settings.dispatch?.find((rule) => !modules.has(rule.module));
  return stray && failure('deploy.dispatch-target-missing', { module: stray.module, url: stray.url });
}
