/** The Google adapter against the strict fake. */

import type { ProcessName } from '../../src/adapters/google/google-context.ts';
import { openGoogle } from '../../src/adapters/google/open-google.ts';
import type { Backend } from '../../src/backend/backend.ts';
import { hurriedClock } from '../hurried-clock.ts';
import { type GoogleFake, startGoogleFake } from './google-fake.ts';

export interface GoogleBench {
  readonly fake: GoogleFake;
  readonly backend: Backend;
  /** Another client of the same Google. */
  open(process?: ProcessName): Backend;
  close(): Promise<void>;
}

export async function openGoogleBench(environment: Readonly<Record<string, string>> = {}): Promise<GoogleBench> {
  const fake = await startGoogleFake();
  const opened: Backend[] = [];
  const open = (process?: ProcessName) => {
    const backend = openGoogle({
      environment: {
        APPCFG_GOOGLE_API_ENDPOINT: fake.url,
        APPCFG_GOOGLE_ACCESS_TOKEN: 'a token for the tests',
        APPCFG_GOOGLE_REGION: 'us-central',
        HOME: '/nonexistent',
        ...environment,
      },
      createdBy: 'contract',
      clock: hurriedClock,
      ...(process === undefined ? {} : { process }),
    });
    opened.push(backend);
    return backend;
  };
  return {
    fake,
    backend: open(),
    open,
    close: async () => {
      for (const backend of opened) await backend.close();
      await fake.close();
    },
  };
}
