/** Changes of a version: start, stop, number of instances, and scaling settings, which start its instances anew. */
import { z } from 'zod';
import type { ReleaseRequest } from '../../../model/release.ts';
import type { VersionSpec } from '../../../model/version-spec.ts';
import { enumValue, servingStatuses } from '../../../protocol/admin/enums.ts';
import { versionResource } from '../../../protocol/admin/version-resource.ts';
import { type VersionShape, versionShape } from '../../../protocol/admin/version-shape.ts';
import { requireApplication, requireVersion } from '../../changes.ts';
import { readJson } from '../json-body.ts';
import type { RouteRequest } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { versionOf } from './lookup.ts';
import { authorOf, invalid, refused, targetOf, updateMask } from './request-facts.ts';
import { runChange } from './run-change.ts';
import { specOf } from './version-create.ts';

const status = ['servingStatus'];
const instances = ['manualScaling', 'manualScaling.instances'];
const settings = ['instanceClass', 'automaticScaling.*', 'basicScaling.*'];

export async function patchVersion(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const mask = updateMask(request, [...status, ...instances, ...settings]);
  const patch = await readJson(request.message, versionShape);
  const { record } = requireVersion(parts, targetOf(request));
  const change = { ...targetOf(request), ...authorOf(request) };
  if (mask.some((field) => !status.includes(field) && !instances.includes(field))) {
    return runChange(parts, request, { kind: 'release', request: changedVersion(parts, request, mask, patch) });
  }
  if (mask.some((field) => instances.includes(field))) {
    const { type } = record.spec.scaling;
    if (type !== 'manual')
      throw refused(`This version has ${type} scaling; only with manual scaling it has a number of instances`);
    const wanted = z.number().int().min(1).max(1000).safeParse(patch.manualScaling?.instances);
    if (!wanted.success) throw invalid('manualScaling.instances', 'must be a number from 1 to 1000');
    return runChange(parts, request, { kind: 'scale', request: { ...change, instances: wanted.data } });
  }
  const wanted = enumValue(servingStatuses, patch.servingStatus);
  if (wanted === undefined) throw invalid('servingStatus', 'must be SERVING or STOPPED');
  if (record.spec.scaling.type === 'automatic') {
    throw refused(
      'This version has automatic scaling: its instances come and go with the traffic, and it can not be started or stopped',
    );
  }
  return runChange(parts, request, { kind: wanted === 'SERVING' ? 'start' : 'stop', request: change });
}

/** The same files with other settings: a deploy of the version on top of itself. */
function changedVersion(
  parts: AdminParts,
  request: RouteRequest,
  mask: readonly string[],
  patch: VersionShape,
): ReleaseRequest {
  const target = targetOf(request);
  requireApplication(parts, target.application);
  const { record } = requireVersion(parts, target);
  const manifest = parts.desired.manifest(record.manifestDigest) ?? { files: [] };
  const upload = {
    module: target.module,
    version: target.version,
    spec: changedSpec(parts, request, mask, patch),
    manifest,
  };
  const { application } = target;
  return {
    application,
    ...authorOf(request),
    uploads: [upload],
    traffic: {},
    settings: {},
    stop: [],
    onAnyRelease: true,
  };
}

function changedSpec(
  parts: AdminParts,
  request: RouteRequest,
  mask: readonly string[],
  patch: VersionShape,
): VersionSpec {
  const { module, version } = versionOf(parts, request);
  const { spec } = version;
  const current = versionResource(targetOf(request).application, module, version, 'FULL');
  const shown = { instanceClass: current.instanceClass, ...scalingOf(current) };
  let changed: Readonly<Record<string, unknown>> = shown;
  for (const field of mask) changed = withField(changed, field.split('.'), valueAt(patch, field.split('.')));
  if (Object.keys(scalingOf(changed)).some((key) => !(key in shown))) {
    throw invalid(
      'updateMask',
      `names another way of scaling than this version has (${spec.scaling.type}); deploy it again to change that`,
    );
  }
  const resource = versionShape.parse({ runtime: spec.runtime, threadsafe: true, ...changed });
  const { scaling: wanted, instanceClass } = specOf(resource);
  // What only the flexible environment acts on is not part of what is shown, so it stays as it is.
  const before = spec.scaling.type === 'automatic' ? spec.scaling.flexible : undefined;
  const flexible = wanted.type === 'automatic' ? { ...before, ...wanted.flexible } : {};
  const scaling = Object.keys(flexible).length > 0 ? { ...wanted, flexible } : wanted;
  return { ...spec, scaling, instanceClass };
}

function scalingOf(resource: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = ['automaticScaling', 'basicScaling', 'manualScaling'];
  return Object.fromEntries(names.filter((name) => resource[name] !== undefined).map((name) => [name, resource[name]]));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, name) => (isRecord(found) ? found[name] : undefined), value);
}

function withField(value: unknown, path: readonly string[], wanted: unknown): Readonly<Record<string, unknown>> {
  const [name = '', ...rest] = path;
  const record = isRecord(value) ? value : {};
  if (rest.length > 0) return { ...record, [name]: withField(record[name], rest, wanted) };
  const { [name]: _before, ...others } = record;
  return wanted === undefined ? others : { ...others, [name]: wanted };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
