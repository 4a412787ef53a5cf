/** Datastore indexes: made and dropped one by one; Google builds them for as long as it takes. */
import type { IndexDefinition } from '../../../model/settings.ts';
import { canonicalJson } from '../../../support/canonical-json.ts';
import { runTogether } from '../../../support/run-together.ts';
import type { SettingsAccess, SettingsCall } from './settings-access.ts';

interface IndexResource {
  readonly indexId: string;
  readonly kind: string;
  readonly ancestor?: string;
  readonly properties?: readonly { readonly name: string; readonly direction?: string }[];
  readonly state?: string;
}

/** Datastore refuses many changes of indexes at once. */
const AT_ONCE = 4;

export const indexesAccess: SettingsAccess<'indexes'> = {
  read: async (call) => (await liveIndexes(call)).map(definitionOf),
  write: async (call, wanted) => {
    const { context, signal } = call;
    const live = await liveIndexes(call);
    const have = new Set(live.map((index) => canonicalJson(definitionOf(index))));
    const want = new Set(wanted.map((index) => canonicalJson(normal(index))));
    await runTogether(
      wanted.filter((index) => !have.has(canonicalJson(normal(index)))),
      AT_ONCE,
      async (index) => {
        const path = pathOf(call);
        await context.client.json({ api: 'datastore', method: 'POST', path, json: bodyOf(index), signal });
      },
    );
    await runTogether(
      live.filter((index) => !want.has(canonicalJson(definitionOf(index)))),
      AT_ONCE,
      async ({ indexId }) => {
        const path = `${pathOf(call)}/${encodeURIComponent(indexId)}`;
        await context.client.raw({ api: 'datastore', method: 'DELETE', path, signal }, [404]);
      },
    );
  },
};

async function liveIndexes(call: SettingsCall): Promise<readonly IndexResource[]> {
  const { context, signal } = call;
  const request = { api: 'datastore', method: 'GET', path: pathOf(call), query: { pageSize: 100 }, signal } as const;
  const all = (await context.client.list<IndexResource>(request, 'indexes')) ?? [];
  return all.filter(({ state }) => state !== 'DELETING');
}

function pathOf({ home }: SettingsCall): string {
  return `/v1/projects/${encodeURIComponent(home.id)}/indexes`;
}

function bodyOf(index: IndexDefinition) {
  return {
    kind: index.kind,
    ancestor: index.ancestor ? 'ALL_ANCESTORS' : 'NONE',
    properties: index.properties.map(({ name, direction }) => ({
      name,
      direction: direction === 'desc' ? 'DESCENDING' : 'ASCENDING',
    })),
  };
}

function definitionOf({ kind, ancestor, properties = [] }: IndexResource): IndexDefinition {
  return normal({
    kind,
    ancestor: ancestor === 'ALL_ANCESTORS',
    properties: properties.map(({ name, direction }) => ({
      name,
      direction: direction === 'DESCENDING' ? 'desc' : 'asc',
    })),
  });
}

/** A direction that is not written is `asc`. */
function normal({ kind, ancestor, properties }: IndexDefinition): IndexDefinition {
  return { kind, ancestor, properties: properties.map(({ name, direction = 'asc' }) => ({ name, direction })) };
}
