/** `GET /metrics`, for Prometheus. */
import type { Access } from '../access/route-access.ts';
import { EXPOSITION_TYPE, expositionText, type MetricFamily } from '../metrics/exposition.ts';
import type { Route } from './route-table.ts';

export interface MetricsRouteParts {
  readonly metrics: () => readonly MetricFamily[];
}

/** All applications are in it. */
const viewsAll: Access = { role: 'viewer', scope: 'platform' };

export function metricsRoute({ metrics }: MetricsRouteParts): Route {
  return {
    method: 'GET',
    pattern: '/metrics',
    access: viewsAll,
    handler: ({ response }) => {
      const body = Buffer.from(expositionText(metrics()));
      response.writeHead(200, {
        'content-type': EXPOSITION_TYPE,
        'content-length': body.length,
        'cache-control': 'no-store',
      });
      response.end(body);
      return undefined;
    },
  };
}
