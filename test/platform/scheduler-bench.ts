/** Applications that exist only as settings, and a dispatch that records what it is asked for. */
import type { LogRecord } from '../../src/model/log.ts';
import { emptySettings, type Settings } from '../../src/model/settings.ts';
import { emptyLiveState } from '../../src/platform/live-state.ts';
import type { InternalRequest, InternalResponse } from '../../src/platform/router/internal-request.ts';
import type { ApplicationRecord } from '../../src/platform/stored-records.ts';
import type { FakeClock } from '../fake-clock.ts';

export interface Sent {
  /** RFC 3339 without the seconds, UTC. */
  readonly at: string;
  readonly atMs: number;
  readonly request: InternalRequest;
}

export type Answer = Partial<InternalResponse> & { readonly afterMs?: number };

export class RecordingDispatch {
  readonly sent: Sent[] = [];
  readonly #clock: FakeClock;
  /** What requests are answered with, 200 at once by default; called with the number of the request, from 0. */
  answer: (request: InternalRequest, index: number) => Answer | Promise<Answer> = () => ({});

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  get times(): readonly string[] {
    return this.sent.map(({ at }) => at);
  }

  readonly send = async (request: InternalRequest): Promise<InternalResponse> => {
    const index = this.sent.length;
    const atMs = this.#clock.now();
    this.sent.push({ at: new Date(atMs).toISOString().slice(0, 16), atMs, request });
    const response = (change: Partial<InternalResponse>): InternalResponse => ({
      status: 200,
      headers: [],
      body: new Uint8Array(),
      isTruncated: false,
      latencyMs: this.#clock.now() - atMs,
      pendingMs: 0,
      reachedInstance: true,
      ...change,
    });
    const { afterMs, ...change } = await this.answer(request, index);
    if (afterMs === undefined) return response(change);
    return this.#clock.sleep(afterMs, request.signal).then(
      () => response(change),
      () => response({ status: 0 }),
    );
  };
}

/** The one application, `shop`, with settings that a test may change. */
export class FakeDesired {
  settings: Settings;
  modules: ApplicationRecord['live']['modules'] = {};

  constructor(settings: Partial<Settings> = {}) {
    this.settings = { ...emptySettings, ...settings };
  }

  readonly applications = (): readonly ApplicationRecord[] => [
    { id: 'shop', live: { ...emptyLiveState, modules: this.modules, settings: this.settings }, currentRelease: 'r1' },
  ];
}

export function recordingLogs() {
  const messages: string[] = [];
  return {
    messages,
    append: (record: LogRecord) => {
      if (record.kind === 'app') messages.push(record.message);
    },
  };
}
