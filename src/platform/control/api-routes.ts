/** The surfaces for other people's tools: Admin API and its description, Cloud Storage, parts of Google's other APIs. */
import { rmSync } from 'node:fs';
import type { AdminParts } from './admin/admin-parts.ts';
import { adminRoutes } from './admin/admin-routes.ts';
import { discoveryRoute } from './admin/discovery-route.ts';
import { googleRoutes } from './google/google-routes.ts';
import type { Route } from './route-table.ts';
import { storageRoutes } from './storage/storage-routes.ts';
import { UploadSessions } from './storage/upload-sessions.ts';

export interface ApiSurfaces {
  readonly routes: readonly Route[];
  close(): void;
}

/** @param uploadDirectory for uploads on their way; what is there from a former run is rubbish */
export function createApiSurfaces(parts: AdminParts, uploadDirectory: string): ApiSurfaces {
  rmSync(uploadDirectory, { recursive: true, force: true });
  const uploads = new UploadSessions({ directory: uploadDirectory, clock: parts.clock });
  return {
    routes: [discoveryRoute, ...adminRoutes(parts), ...storageRoutes({ ...parts, uploads }), ...googleRoutes(parts)],
    close: () => uploads.close(),
  };
}
