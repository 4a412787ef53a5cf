/** A Version resource to a release that adds that version and moves no traffic. */
import { parseModuleFile } from '../../../config/app/parse-module-file.ts';
import { failure } from '../../../errors.ts';
import { hasErrors } from '../../../model/diagnostic.ts';
import type { ReleaseRequest } from '../../../model/release.ts';
import type { VersionSpec } from '../../../model/version-spec.ts';
import { moduleFileData } from '../../../protocol/admin/version-from-resource.ts';
import type { VersionShape } from '../../../protocol/admin/version-shape.ts';
import { requireApplication } from '../../changes.ts';
import { limitFacts } from '../../profile-limits.ts';
import { releaseProblem } from '../../release-checks.ts';
import type { RouteRequest } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { authorOf, invalid, targetOf } from './request-facts.ts';
import { versionFiles } from './version-files.ts';

/** @throws AppcfgError `api.invalid`, `api.bad-version`, `deploy.default-missing` ...: everything that can be known before */
export async function newVersionRequest(
  parts: AdminParts,
  request: RouteRequest,
  version: VersionShape,
): Promise<ReleaseRequest> {
  const { application, module } = targetOf(request);
  const { live, currentRelease } = requireApplication(parts, application);
  if (version.id === undefined || version.id === '') throw invalid('version.id', 'is missing');
  const release: ReleaseRequest = {
    application,
    ...authorOf(request),
    uploads: [
      {
        module,
        version: version.id,
        spec: specOf(version),
        manifest: await versionFiles(parts, version, request.caller),
      },
    ],
    traffic: {},
    settings: {},
    stop: [],
    onAnyRelease: true,
  };
  const problem = releaseProblem(
    live,
    release,
    currentRelease,
    limitFacts({ desired: parts.desired, profileOf: (id) => parts.usage.profiles.of(id) }),
  );
  if (problem) throw problem;
  return release;
}

/** @throws AppcfgError `api.bad-version` with everything that is wrong */
export function specOf(version: VersionShape): VersionSpec {
  // Through the reader of app.yaml, JSON being YAML: the same rules and defaults whichever tool deploys.
  const { value, diagnostics } = parseModuleFile(JSON.stringify(moduleFileData(version)), 'version');
  if (value === undefined || hasErrors(diagnostics)) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const problem = errors[0]?.message ?? 'it says nothing';
    throw failure('api.bad-version', { problem, others: Math.max(0, errors.length - 1), diagnostics: errors });
  }
  const { yamlFile: _, ...spec } = value.spec;
  return spec;
}
