/** Web-hooks put together, for the platform. */
import type { Clock } from '../../support/clock.ts';
import type { DesiredState } from '../desired-state.ts';
import { ownRanges } from '../egress/own-ranges.ts';
import type { Lifetime } from '../lifetime.ts';
import type { RemoteControl } from '../open-control.ts';
import { addressesOf } from '../resolved-name.ts';
import { isLoopbackAddress } from '../router/host-name.ts';
import type { StateStore } from '../store/state-store.ts';
import { type AddressRules, createAddressRules, openedFor } from './address-rules.ts';
import { Deliverer } from './deliverer.ts';
import { DeliveryStore } from './delivery-store.ts';
import { createSender } from './sender.ts';
import { WebhookStore } from './webhook-store.ts';
import { Webhooks } from './webhooks.ts';

export interface OpenWebhooksOptions {
  readonly store: StateStore;
  readonly desired: DesiredState;
  readonly clock: Clock;
  /** Seals secrets; made at its first use. */
  readonly key: () => string;
  readonly defaultHostname: (application: string) => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Address that applications are served at. */
  readonly host: string;
  readonly remote: RemoteControl | undefined;
  readonly isProtectedPort: (port: number) => boolean;
}

/** @throws AppcfgError `platform.socket-rule-invalid` */
export function openWebhooks(options: OpenWebhooksOptions, lifetime: Lifetime): Webhooks {
  const { clock, desired, defaultHostname } = options;
  const store = new WebhookStore(options);
  const deliveries = new DeliveryStore(options.store);
  const rules = rulesOf(options);
  const send = createSender({ clock, rules, webhooks: store, resolve: addressesOf });
  const deliverer = new Deliverer({ clock, deliveries, webhooks: store, send });
  const webhooks = new Webhooks({ desired, clock, store, deliveries, rules, send, deliverer, defaultHostname });
  desired.tellEndings((operation, request) => webhooks.operationEnded(operation, request));
  lifetime.onClose('web-hooks', () => webhooks.close());
  return webhooks;
}

/** Whoever can be served, or can sign in, from elsewhere than this machine makes it a server. */
function rulesOf({ environment, host, remote, isProtectedPort }: OpenWebhooksOptions): AddressRules {
  const isServer =
    !(host === 'localhost' || isLoopbackAddress(host)) ||
    remote?.listen !== undefined ||
    remote?.publicUrl !== undefined;
  return createAddressRules({
    allowsLoopback: !isServer,
    allow: openedFor(environment),
    ownRanges: ownRanges(),
    isProtectedPort,
  });
}
