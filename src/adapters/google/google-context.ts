/** What every part of the adapter works with. */
import type { OperationEvent } from '../../model/operation-event.ts';
import type { Clock } from '../../support/clock.ts';
import type { Login } from './credentials.ts';
import type { Endpoints } from './endpoints.ts';
import type { GoogleClient } from './google-client.ts';

export interface GoogleContext {
  readonly client: GoogleClient;
  readonly clock: Clock;
  readonly endpoints: Endpoints;
  /** Absent where the user wants none. */
  readonly login?: Login | undefined;
  /** Who changes things, for the record: `jane`. */
  readonly createdBy: string;
  /** Which process this is, so that others know whether what it began still goes on. */
  readonly process: ProcessName;
  /** Where applications are created that are not there yet; without it they are not. */
  readonly region?: string | undefined;
  /** Where releases are recorded, instead of the application's staging bucket. */
  readonly stateBucket?: string | undefined;
  /** The project of the user's tools; without it all that the login may see are looked through. */
  readonly project?: string | undefined;
}

export interface ProcessName {
  readonly host: string;
  readonly pid: number;
  /** Whether the process of this id runs on this machine. */
  isRunning(pid: number): boolean;
}

export type Emit = (event: WithoutTime<OperationEvent>) => void;
type WithoutTime<E> = E extends { readonly timeMs: number } ? Omit<E, 'timeMs'> : never;

/** Path of an application in the Admin API, encoded; ids may hold a colon, which stays. */
export function appPath(application: string): string {
  return `/v1/apps/${encodeURIComponent(application).replaceAll('%3A', ':')}`;
}
