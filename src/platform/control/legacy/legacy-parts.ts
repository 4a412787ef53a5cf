/** What the legacy protocol's routes work with. */
import type { AdminParts } from '../admin/admin-parts.ts';
import type { SettingsTurns } from '../google/settings-turns.ts';
import type { UploadSessions } from '../storage/upload-sessions.ts';

export interface LegacyParts extends AdminParts {
  readonly uploads: UploadSessions;
  readonly turns: SettingsTurns;
}
