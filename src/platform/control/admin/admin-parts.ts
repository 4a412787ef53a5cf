/** What the Admin API's routes work with. */
import type { Clock } from '../../../support/clock.ts';
import type { ApiResources } from '../../api-resources.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import type { ControlParts } from '../extension-routes.ts';

export interface AdminParts extends ControlParts {
  readonly clock: Clock;
  readonly objects: ObjectStore;
  readonly resources: ApiResources;
  /** Applies desired state to router and engine: after changes that are no operations. */
  readonly reconcile: () => void;
}
