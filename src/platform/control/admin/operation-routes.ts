/** Operations: list them, see how one goes. */

import { failure } from '../../../errors.ts';
import { views } from '../../access/route-access.ts';
import { requireApplication } from '../../changes.ts';
import type { Route } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { page } from './page.ts';
import { apiOf, applicationOf } from './request-facts.ts';
import { operationShown } from './run-change.ts';

export function operationRoutes(parts: AdminParts, app: string): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: `${app}/operations`,
      access: views,
      handler: (request) => {
        const all = parts.operations.list(applicationOf(request));
        // An application that is being made has operations before it is there.
        if (all.length === 0) requireApplication(parts, applicationOf(request));
        const isWanted = stateFilter(request.query.get('filter') ?? '');
        const operations = all.filter((operation) => isWanted(operation.state !== 'pending'));
        const shown = operations.map((operation) => operationShown(parts, operation, apiOf(request)));
        return page('operations', shown, request.query);
      },
    },
    {
      method: 'GET',
      pattern: `${app}/operations/:operation`,
      access: views,
      handler: (request) => {
        const operation = parts.operations.get(request.parameters.operation ?? '');
        if (operation.application !== applicationOf(request)) {
          throw failure('operation.not-found', { operation: operation.id });
        }
        return operationShown(parts, operation, apiOf(request));
      },
    },
  ];
}

/** `done:false` is what clients send; gcloud does not filter again. */
function stateFilter(filter: string): (isDone: boolean) => boolean {
  const match = /^\s*done\s*[:=]\s*"?(true|false)"?\s*$/i.exec(filter);
  if (!match) return () => true;
  return (isDone) => isDone === (match[1]?.toLowerCase() === 'true');
}
