/** What a receiver knows a delivery by: the headers, and the signature that only the platform and it can make. */
import { createHmac } from 'node:crypto';
import { packageVersion } from '../../support/package-version.ts';

export interface SignedDelivery {
  readonly id: string;
  readonly event: string;
  readonly body: string;
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Of each try anew: the time is part of what is signed, so that a receiver can refuse what somebody kept and sends again. */
export function deliveryHeaders({ id, event, body, secret, nowMs }: SignedDelivery): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': `appcfg/${packageVersion}`,
    'x-appcfg-event': event,
    'x-appcfg-delivery': id,
    'x-appcfg-timestamp': timestamp,
    'x-appcfg-signature': `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
  };
}
