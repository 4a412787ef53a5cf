/** A release as actions: versions beside what serves, then settings, the traffic last and at once, then what is stopped. */
import { failure } from '../../errors.ts';
import { manifestText, totalSize } from '../../model/manifest.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { ReleaseRequest, VersionUpload } from '../../model/release.ts';
import { emptySettings, type Settings, settingsKinds } from '../../model/settings.ts';
import type { TrafficSplit } from '../../model/traffic.ts';
import { canonicalJson } from '../../support/canonical-json.ts';
import type { Clock } from '../../support/clock.ts';
import { digestOf, digestOfValue } from '../../support/digest.ts';
import type { ApplicationHome } from './application-home.ts';
import { saveManifest } from './deployments.ts';
import type { Action, Deployment, JournalState, Snapshot, Stage } from './journal-state.ts';
import type { LiveApplication } from './live-application.ts';
import { releaseProblem } from './release-problem.ts';
import type { ChangeParts, ChangeRequest, Planned } from './run-change.ts';
import { filesMissing, stagedFiles, stagedTrees } from './staged-files.ts';

type Create = Extract<Action, { readonly do: 'create' }>;

export function releaseChange({ context }: ChangeParts, request: ReleaseRequest): ChangeRequest {
  const { application, createdBy, uploads, traffic, settings, stop, asked } = request;
  const made = uploads.map(({ module, version, spec, manifest }) => [module, version, spec, manifestText(manifest)]);
  return {
    application,
    createdBy,
    kind: 'release',
    content: { made, traffic, settings, stop },
    asked,
    plan: async (home, live, signal) => {
      const { state, snapshot } = live;
      const problem = releaseProblem(state, snapshot, request);
      if (problem) throw problem;
      await requireFiles(home, context.clock, uploads, signal);
      const deployments = newDeployments(request, live, context.clock);
      await Promise.all(
        deployments.map(({ upload, deployment }) =>
          saveManifest(home, deployment.manifestDigest, upload.manifest, { signal }),
        ),
      );
      return planned(request, snapshot, deployments);
    },
  };
}

/** @throws AppcfgError `blob.missing` */
async function requireFiles(
  home: ApplicationHome,
  clock: Clock,
  uploads: readonly VersionUpload[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (uploads.length === 0) return;
  const trees = await stagedTrees(home, clock, { signal });
  const loose = uploads.filter(({ manifest }) => !trees.has(digestOf(manifestText(manifest))));
  if (loose.length === 0) return;
  const files = loose.flatMap(({ manifest }) => manifest.files);
  const [digest, ...others] = filesMissing(files, await stagedFiles(home, clock, files.length, { signal }));
  if (digest !== undefined) throw failure('blob.missing', { digest, others: others.length });
}

interface NewDeployment {
  readonly upload: VersionUpload;
  readonly id: string;
  readonly deployment: Deployment;
}

/** Of what differs from what is there. */
function newDeployments(request: ReleaseRequest, live: LiveApplication, clock: Clock): readonly NewDeployment[] {
  const createdAt = new Date(clock.now()).toISOString();
  return request.uploads.flatMap((upload, index) => {
    const { spec, manifest } = upload;
    const deployment: Deployment = {
      spec,
      specDigest: digestOfValue(spec),
      manifestDigest: digestOf(manifestText(manifest)),
      fileCount: manifest.files.length,
      diskUsage: totalSize(manifest),
      createdAt,
      createdBy: request.createdBy,
    };
    const current = deploymentIn(live.state, live.snapshot, upload);
    const isSame =
      current?.specDigest === deployment.specDigest && current.manifestDigest === deployment.manifestDigest;
    // Digits that grow: App Engine's minor versions do.
    return isSame ? [] : [{ upload, id: `${clock.now()}${String(index).padStart(3, '0')}`, deployment }];
  });
}

function deploymentIn(state: JournalState, { modules }: Snapshot, { module, version }: VersionUpload) {
  const id = modules[module]?.versions[version]?.deployment;
  return id === undefined ? undefined : state.deployments[id];
}

function planned(request: ReleaseRequest, before: Snapshot, deployments: readonly NewDeployment[]): Planned {
  const creates = deployments.map(({ upload: { module, version }, id }): Create => {
    const current = before.modules[module]?.versions[version];
    const former = current?.deployment;
    const base = { do: 'create', module, version, deployment: id, isNew: current === undefined } as const;
    return former === undefined ? base : { ...base, before: former };
  });
  const stages: readonly Stage[] = [
    ...createStages(creates, before),
    { name: 'settings', actions: settingsActions(request.settings, before.settings ?? emptySettings) },
    { name: 'traffic', actions: trafficActions(request.traffic, before) },
    { name: 'after', actions: request.stop.map((name) => ({ do: 'status', ...name, status: 'stopped' })) },
  ];
  const { createdBy, message } = request;
  const release = {
    createdBy,
    ...(message === undefined ? {} : { message }),
    changes: changesOf(request, creates),
    before,
  };
  return {
    plan: { stages: stages.filter(({ actions }) => actions.length > 0), release },
    deployments: Object.fromEntries(deployments.map(({ id, deployment }) => [id, deployment])),
  };
}

/** All at once, but a new application's default module, which Google wants to be there first. */
function createStages(creates: readonly Create[], before: Snapshot): readonly Stage[] {
  const isFirst = ({ module }: Create) => module === DEFAULT_MODULE && before.modules[DEFAULT_MODULE] === undefined;
  const [first] = creates.filter(isFirst);
  if (!first) return [{ name: 'prepare', actions: creates }];
  return [
    { name: 'prepare', actions: [first] },
    { name: 'prepare', actions: creates.filter((create) => create !== first) },
  ];
}

export function settingsActions(wanted: Partial<Settings>, before: Settings): readonly Action[] {
  return settingsKinds.flatMap((kind): readonly Action[] => {
    const value = wanted[kind];
    if (value === undefined || canonicalJson(value) === canonicalJson(before[kind])) return [];
    return [{ do: 'settings', kind, value: { [kind]: value }, before: { [kind]: before[kind] } }];
  });
}

export function trafficActions(
  splits: Readonly<Record<string, TrafficSplit>>,
  { modules }: Snapshot,
): readonly Action[] {
  return Object.entries(splits).flatMap(([module, split]): readonly Action[] => {
    const before = modules[module]?.traffic;
    if (before && canonicalJson(before) === canonicalJson(split)) return [];
    // A module without a version has no traffic to go back to.
    const former = before && Object.keys(before.allocations).length > 0 ? { before } : {};
    return [{ do: 'traffic', module, split, ...former }];
  });
}

function changesOf({ traffic, settings, stop }: ReleaseRequest, creates: readonly Create[]): readonly string[] {
  return [
    ...creates.map(({ module, version }) => `${module}:${version}`),
    ...Object.keys(traffic).map((module) => `traffic of ${module}`),
    ...Object.keys(settings),
    ...stop.map(({ module, version }) => `stop ${module}:${version}`),
  ];
}
