/** The journal once a release is live. Pure. */
import type { LiveOutline } from '../../model/application.ts';
import type { Clock } from '../../support/clock.ts';
import type { ChangePlan, JournalRelease, JournalState, Snapshot } from './journal-state.ts';

interface Completed {
  readonly state: JournalState;
  readonly release?: string;
}

/** @param outline as it is now, once everything is done */
export function completedRelease(
  plan: ChangePlan,
  clock: Clock,
  outline: LiveOutline | undefined,
): (state: JournalState) => Completed {
  const { release } = plan;
  if (!release) return (state) => ({ state, ...currentOf(state) });
  const createdAt = new Date(clock.now()).toISOString();
  return (state) => {
    const { before, ...facts } = release;
    const id = `r${state.nextRelease}`;
    const shape = outline === undefined ? {} : { outline };
    const made: JournalRelease = { id, createdAt, ...facts, versions: versionsAfter(before, plan), ...shape };
    const former = state.releases.length === 0 ? origin(before, createdAt) : state.releases;
    const releases = former.map((other, index) => (index === former.length - 1 ? { ...other, live: before } : other));
    return { release: id, state: { ...state, nextRelease: state.nextRelease + 1, releases: [...releases, made] } };
  };
}

/** What other tools had made live before the first release is one to go back to, too. */
function origin(before: Snapshot, createdAt: string): readonly JournalRelease[] {
  if (Object.keys(before.modules).length === 0) return [];
  const versions = versionsAfter(before, { stages: [] });
  return [{ id: 'r0', createdAt, createdBy: 'other tools', changes: ['as it was before'], versions }];
}

function currentOf({ releases }: JournalState): { readonly release?: string } {
  const id = releases.at(-1)?.id;
  return id === undefined ? {} : { release: id };
}

function versionsAfter({ modules }: Snapshot, { stages }: Pick<ChangePlan, 'stages'>): JournalRelease['versions'] {
  const versions = Object.fromEntries(
    Object.entries(modules).map(([module, found]): [string, Record<string, string>] => [
      module,
      Object.fromEntries(
        Object.entries(found.versions).map(([version, { deployment, createTime }]) => [
          version,
          deployment ?? String(Date.parse(createTime) || 0),
        ]),
      ),
    ]),
  );
  for (const action of stages.flatMap(({ actions }) => actions)) {
    if (action.do === 'create')
      versions[action.module] = { ...versions[action.module], [action.version]: action.deployment };
    if (action.do === 'delete') delete versions[action.module]?.[action.version];
  }
  return Object.fromEntries(Object.entries(versions).filter(([, found]) => Object.keys(found).length > 0));
}
