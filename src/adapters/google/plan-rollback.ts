/** Back to a former release: what serves moves at once where its versions are still there; others are made again. */
import { failure } from '../../errors.ts';
import type { Action, JournalState, Snapshot, SnapshotVersion, Stage } from './journal-state.ts';
import type { LiveApplication } from './live-application.ts';
import { settingsActions, trafficActions } from './plan-release.ts';
import type { ChangeParts, ChangeRequest } from './run-change.ts';

export function rollbackChange(
  { context }: ChangeParts,
  application: string,
  wanted: string | undefined,
): ChangeRequest {
  return {
    application,
    createdBy: context.createdBy,
    kind: 'rollback',
    content: { wanted },
    plan: async (_home, { state, snapshot }: LiveApplication) => {
      const { id, live } = targetOf(state, { application, wanted, current: snapshot });
      const release = { createdBy: context.createdBy, changes: [`rollback to ${id}`], before: snapshot };
      return { plan: { stages: rollbackStages(snapshot, live, state), release } };
    },
  };
}

interface Search {
  readonly application: string;
  readonly wanted: string | undefined;
  readonly current: Snapshot;
}

function targetOf({ releases }: JournalState, { application, wanted, current }: Search) {
  const found = wanted === undefined ? releases.at(-2) : releases.find(({ id }) => id === wanted);
  if (found) return { id: found.id, live: found.live ?? current };
  if (wanted === undefined) throw failure('release.none-before', { application });
  throw failure('release.not-found', { application, release: wanted });
}

function rollbackStages(now: Snapshot, then: Snapshot, state: JournalState): readonly Stage[] {
  const back = versionsOf(then).flatMap((version) => backActions(version, now, isServed(then, version)));
  const splits = Object.fromEntries(Object.entries(then.modules).map(([module, { traffic }]) => [module, traffic]));
  const gone = versionsOf(now).filter(({ module, version }) => !then.modules[module]?.versions[version]);
  const stages: readonly Stage[] = [
    { name: 'prepare', actions: back.filter((action) => action.do === 'create') },
    { name: 'prepare', actions: back.filter((action) => action.do !== 'create' && !isStop(action)) },
    { name: 'settings', actions: settingsActions(then.settings, now.settings) },
    { name: 'traffic', actions: trafficActions(splits, now) },
    { name: 'after', actions: [...back.filter(isStop), ...deletions(gone, state)] },
  ];
  return stages.filter(({ actions }) => actions.length > 0);
}

interface NamedVersion {
  readonly module: string;
  readonly version: string;
  readonly facts: SnapshotVersion;
}

function versionsOf({ modules }: Snapshot): readonly NamedVersion[] {
  return Object.entries(modules).flatMap(([module, { versions }]) =>
    Object.entries(versions).map(([version, facts]) => ({ module, version, facts })),
  );
}

function isServed({ modules }: Snapshot, { module, version }: NamedVersion): boolean {
  return (modules[module]?.traffic.allocations[version] ?? 0) > 0;
}

function backActions({ module, version, facts }: NamedVersion, now: Snapshot, isNeeded: boolean): readonly Action[] {
  const current = now.modules[module]?.versions[version];
  // Times of creation have whole seconds at Google: what is known better goes first.
  const isSame =
    current?.deployment === undefined || facts.deployment === undefined
      ? current?.createTime === facts.createTime
      : current.deployment === facts.deployment;
  if (current && isSame) return attributeActions({ module, version, facts }, current);
  if (facts.deployment === undefined) {
    // Deployed by another tool: nobody but Google knows what it was made of.
    if (!isNeeded) return [];
    const what = `putting back ${module}:${version}, which another tool deployed and which was replaced or deleted since`;
    throw failure('google.unsupported', { what, advice: 'Deploy it again with the tool that deployed it.' });
  }
  const former = current?.deployment;
  const create = { do: 'create', module, version, deployment: facts.deployment, isNew: current === undefined } as const;
  return [
    former === undefined ? create : { ...create, before: former },
    ...(facts.status === 'stopped' ? [{ do: 'status', module, version, status: 'stopped' } as const] : []),
    ...(facts.instances === undefined ? [] : [{ do: 'scale', module, version, instances: facts.instances } as const]),
  ];
}

function attributeActions({ module, version, facts }: NamedVersion, current: SnapshotVersion): readonly Action[] {
  const { status, instances } = facts;
  return [
    ...(status === current.status ? [] : [{ do: 'status', module, version, status } as const]),
    ...(instances === undefined || instances === current.instances
      ? []
      : [{ do: 'scale', module, version, instances } as const]),
  ];
}

function isStop(action: Action): boolean {
  return action.do === 'status' && action.status === 'stopped';
}

/** Only what appcfg itself deployed, and not before; what others made is theirs. */
function deletions(gone: readonly NamedVersion[], state: JournalState): readonly Action[] {
  return gone.flatMap(({ module, version, facts }) =>
    facts.deployment !== undefined && state.deployments[facts.deployment]
      ? [{ do: 'delete', module, version } as const]
      : [],
  );
}
