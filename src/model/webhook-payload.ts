/** What a web-hook is sent: the JSON document of every event. */
import type { SourceCommit } from './source-commit.ts';
import type { WebhookEvent } from './webhook.ts';

interface AnyPayload {
  /** Of the delivery: the same when it is sent again. */
  readonly id: string;
  /** RFC 3339, UTC: when it happened. */
  readonly time: string;
  readonly application: string;
  /** Who did it. */
  readonly by: string;
}

export interface PingPayload extends AnyPayload {
  readonly event: 'ping';
  readonly webhook: { readonly id: string; readonly events: readonly WebhookEvent[] };
}

export interface ReleasePayload extends AnyPayload {
  readonly event: WebhookEvent;
  /** Of the default module. */
  readonly url: string;
  readonly operation: { readonly id: string; readonly kind: string };
  /** The release that is live now; of `release.failed`: that still is. Absent when there is none. */
  readonly release?: string;
  /** Of the release that the event is about, like the next two. */
  readonly message?: string;
  readonly commit?: SourceCommit;
  /** What became live, or of `release.failed`: what did not. `default:uno`, `traffic of default` ... */
  readonly changes: readonly string[];
  /** All that is live now. */
  readonly modules: readonly PayloadModule[];
  /** Of `release.failed`. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface PayloadModule {
  readonly name: string;
  readonly url: string;
  /** Version -> share in (0, 1]. */
  readonly traffic: Readonly<Record<string, number>>;
  readonly versions: readonly {
    readonly id: string;
    readonly url: string;
    readonly servingStatus: 'serving' | 'stopped';
  }[];
}
