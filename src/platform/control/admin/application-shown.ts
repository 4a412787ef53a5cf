/** An application with what only Google's API knows of it. */
import type { Application } from '../../../model/application.ts';
import { applicationResource } from '../../../protocol/admin/resources.ts';
import type { AdminParts } from './admin-parts.ts';

export type ApplicationAttributes = Readonly<Record<string, unknown>>;

export function applicationShown(parts: Pick<AdminParts, 'resources'>, application: Application) {
  return { ...applicationResource(application), ...attributesOf(parts, application.id) };
}

export function attributesOf({ resources }: Pick<AdminParts, 'resources'>, application: string): ApplicationAttributes {
  return resources.get<ApplicationAttributes>({ application, kind: 'application', id: '' }) ?? {};
}
