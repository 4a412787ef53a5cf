/** Cloud Logging and Cloud Build: what was put in, and no more of the query language than is looked at. */
import { checkFields, checkQuery, type FakeAnswer, type FakeRequest, notFound } from './answer.ts';

type Json = Readonly<Record<string, unknown>>;

export class FakeLogs {
  /** In order of time. */
  readonly entries: Json[] = [];
  readonly filters: string[] = [];
  readonly builds = new Map<string, Json>();

  handle(request: FakeRequest): FakeAnswer | undefined {
    const { method, path, body } = request;
    if (method === 'POST' && path === '/v2/entries:list') {
      checkQuery(request, []);
      checkFields(body, ['resourceNames', 'filter', 'orderBy', 'pageSize', 'pageToken']);
      return {
        status: 200,
        body: this.#list(
          body as {
            readonly filter: string;
            readonly orderBy: string;
            readonly pageSize: number;
            readonly resourceNames: readonly string[];
          },
        ),
      };
    }
    const [, id] = /^\/v1\/projects\/[^/]+\/builds\/([^/]+)$/.exec(path) ?? [];
    if (method !== 'GET' || id === undefined) return undefined;
    const build = this.builds.get(id);
    if (!build) throw notFound(`The build ${id}`);
    return { status: 200, body: build };
  }

  #list(query: {
    readonly filter: string;
    readonly orderBy: string;
    readonly pageSize: number;
    readonly resourceNames: readonly string[];
  }) {
    this.filters.push(query.filter);
    const module = /module_id="([^"]*)"/.exec(query.filter)?.[1];
    const since = /timestamp>="([^"]*)"/.exec(query.filter)?.[1] ?? '';
    const found = this.entries.filter(({ resource, timestamp, logName }) => {
      const { labels } = resource as { readonly labels: Readonly<Record<string, string>> };
      const isOfModule = module === undefined || labels.module_id === module;
      const isOfProject = query.resourceNames.some((name) => String(logName).startsWith(`${name}/`));
      return isOfModule && isOfProject && String(timestamp) >= since;
    });
    const ordered = query.orderBy.endsWith('desc') ? found.reverse() : found;
    return { entries: ordered.slice(0, query.pageSize) };
  }
}
