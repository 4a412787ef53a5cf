/** The surfaces for other people's tools: Google's Admin API, storage and so on, and the protocol of the original appcfg. */
import { rmSync } from 'node:fs';
import type { AdminParts } from './admin/admin-parts.ts';
import { adminRoutes } from './admin/admin-routes.ts';
import { discoveryRoute } from './admin/discovery-route.ts';
import { googleRoutes } from './google/google-routes.ts';
import { SettingsTurns } from './google/settings-turns.ts';
import { legacyRoutes } from './legacy/legacy-routes.ts';
import type { Route } from './route-table.ts';
import { storageRoutes } from './storage/storage-routes.ts';
import { UploadSessions } from './storage/upload-sessions.ts';

export interface ApiSurfaces {
  readonly routes: readonly Route[];
  close(): void;
}

export interface ApiSurfacesOptions {
  /** For uploads on their way; what is there from a former run is rubbish. */
  readonly uploadDirectory: string;
  /** The original appcfg can't send a token to this machine's own address: whether it is let in without one. */
  readonly allowsLegacyWithoutToken: boolean;
}

export function createApiSurfaces(parts: AdminParts, options: ApiSurfacesOptions): ApiSurfaces {
  const { uploadDirectory, allowsLegacyWithoutToken } = options;
  rmSync(uploadDirectory, { recursive: true, force: true });
  const uploads = new UploadSessions({ directory: uploadDirectory, clock: parts.clock });
  const turns = new SettingsTurns(parts);
  return {
    routes: [
      discoveryRoute,
      ...adminRoutes(parts),
      ...storageRoutes({ ...parts, uploads }),
      ...googleRoutes(parts, turns),
      ...legacyRoutes({ ...parts, uploads, turns }, { withoutToken: allowsLegacyWithoutToken }),
    ],
    close: () => uploads.close(),
  };
}
