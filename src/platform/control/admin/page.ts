/** Lists in pages: `pageSize` and `pageToken`; the last page has no `nextPageToken`. */

const MOST = 1000;

export function page<T>(name: string, items: readonly T[], query: URLSearchParams): Readonly<Record<string, unknown>> {
  const size = Math.min(MOST, Math.max(1, Number(query.get('pageSize')) || MOST));
  const start = Math.max(0, Number(query.get('pageToken')) || 0);
  const next = start + size;
  return {
    [name]: items.slice(start, next),
    ...(next < items.length ? { nextPageToken: String(next) } : {}),
  };
}
