/** How one kind of settings is read from and written to Google. */
import type { Settings, SettingsKind } from '../../../model/settings.ts';
import type { ApplicationHome } from '../application-home.ts';
import type { Emit, GoogleContext } from '../google-context.ts';

export interface SettingsCall {
  readonly context: GoogleContext;
  readonly home: ApplicationHome;
  readonly signal?: AbortSignal | undefined;
  readonly emit?: Emit | undefined;
  readonly onStarted?: (operation: string) => void;
}

export interface SettingsAccess<K extends SettingsKind> {
  read(call: SettingsCall): Promise<Settings[K]>;
  /** Makes what is there the value, touching only what differs. */
  write(call: SettingsCall, value: Settings[K]): Promise<void>;
}
