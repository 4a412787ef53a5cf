/** The messages of the system service (App Engine's Runtime API and background threads). */
import { type Empty, schema } from './codec.ts';

const definitions = schema(`
  message Empty {}
  message SystemStat {
    optional double current = 1;
    optional double total = 2;
    optional double average1m = 3;
    optional double average10m = 4;
    optional double rate1m = 5;
    optional double rate10m = 6;
  }
  message GetSystemStatsResponse { optional SystemStat cpu = 1; optional SystemStat memory = 2; }
  message StartBackgroundRequestResponse { optional string request_id = 1; }
`);

export interface SystemStat {
  readonly current?: number;
  readonly total?: number;
  readonly average1m?: number;
  readonly average10m?: number;
  readonly rate1m?: number;
  readonly rate10m?: number;
}

export const systemMessages = {
  empty: definitions.message<Empty>('Empty'),
  /** Processor time in megacycles, memory in megabytes. */
  getSystemStatsResponse: definitions.message<{ readonly cpu: SystemStat; readonly memory: SystemStat }>(
    'GetSystemStatsResponse',
  ),
  startBackgroundRequestResponse: definitions.message<{ readonly request_id: string }>(
    'StartBackgroundRequestResponse',
  ),
};

export const systemErrors = { internalError: 1, backendRequired: 2, limitReached: 3 } as const;
