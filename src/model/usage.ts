/** What an application used in a day, as App Engine bills it. */
import { instanceClass } from './instance-class.ts';
import type { Profile } from './profile.ts';

/** `instance-ms:MODULE:CLASS` is the billed time of a module's instances of a class. */
export type UsageName =
  | 'socket-bytes-sent'
  | 'socket-bytes-received'
  | 'response-bytes'
  | `instance-ms:${string}:${string}`;

/** As it is stored. */
export interface UsageAmount {
  /** `2026-11-21`; days begin at midnight in California, as App Engine's do. */
  readonly day: string;
  readonly name: string;
  readonly amount: number;
}

/** In US dollars, and what is free every day. */
export interface UsagePrices {
  /** Of an F1 instance. */
  readonly frontendHour: number;
  /** Of a B1 instance. */
  readonly backendHour: number;
  /** Of 10^9 bytes. */
  readonly outgoingGigabyte: number;
  readonly freeFrontendHours: number;
  readonly freeBackendHours: number;
  readonly freeOutgoingGigabytes: number;
}

/** Hours: S3. Bandwidth: App Engine's price list of that time. */
export const documentedPrices: UsagePrices = {
  frontendHour: 0.05,
  backendHour: 0.05,
  outgoingGigabyte: 0.12,
  freeFrontendHours: 28,
  freeBackendHours: 8,
  freeOutgoingGigabytes: 1,
};

export interface ModuleHours {
  readonly module: string;
  readonly instanceClass: string;
  readonly hours: number;
  /** The same in hours of F1 or B1, which are what App Engine bills (S3); 0 in the flexible environment. */
  readonly billedHours: number;
}

export interface UsageCost {
  readonly frontend: number;
  readonly backend: number;
  readonly outgoing: number;
  readonly total: number;
}

export interface DayUsage {
  /** `2026-11-21`; days begin at midnight in California, as App Engine's do. */
  readonly day: string;
  readonly instances: readonly ModuleHours[];
  /** Of automatic scaling, in hours of F1. */
  readonly frontendHours: number;
  /** Of manual and basic scaling, in hours of B1. */
  readonly backendHours: number;
  /** Responses and what sockets sent (S0, S1). */
  readonly outgoingBytes: number;
  readonly responseBytes: number;
  readonly socketBytesSent: number;
  readonly socketBytesReceived: number;
  /** Beyond what is free, in US dollars; nothing on the free profile. */
  readonly estimatedCost: UsageCost;
}

export interface UsageReport {
  readonly application: string;
  readonly profile: Profile;
  readonly prices: UsagePrices;
  /** `2026-11-21`: the day that is not over yet. */
  readonly today: string;
  /** The newest first; days without any use are left out. */
  readonly days: readonly DayUsage[];
}

const HOUR_MS = 3_600_000;
const GIGABYTE = 1e9;

export interface UsageFacts extends Omit<UsageReport, 'days'> {
  /** The newest day first. */
  readonly amounts: readonly UsageAmount[];
}

export function usageReport({ amounts, ...facts }: UsageFacts): UsageReport {
  const days = new Map<string, Map<string, number>>();
  for (const { day, name, amount } of amounts) days.set(day, (days.get(day) ?? new Map()).set(name, amount));
  return { ...facts, days: [...days].map(([day, found]) => dayUsage(day, found, facts)) };
}

/** Hours of F1 or B1 of the amounts of one day. */
export function billedHours(amounts: Iterable<readonly [name: string, amount: number]>): {
  readonly frontend: number;
  readonly backend: number;
} {
  const instances = moduleHours(amounts);
  return { frontend: sumOf(instances, 'F'), backend: sumOf(instances, 'B') };
}

function dayUsage(
  day: string,
  amounts: ReadonlyMap<string, number>,
  { prices, profile }: Pick<UsageReport, 'prices' | 'profile'>,
): DayUsage {
  const { frontend, backend } = billedHours(amounts);
  const responseBytes = amounts.get('response-bytes') ?? 0;
  const socketBytesSent = amounts.get('socket-bytes-sent') ?? 0;
  const used = { frontend, backend, outgoingGigabytes: (responseBytes + socketBytesSent) / GIGABYTE };
  return {
    day,
    instances: moduleHours(amounts),
    frontendHours: frontend,
    backendHours: backend,
    outgoingBytes: responseBytes + socketBytesSent,
    responseBytes,
    socketBytesSent,
    socketBytesReceived: amounts.get('socket-bytes-received') ?? 0,
    estimatedCost: profile === 'free' ? nothing : costOf(used, prices),
  };
}

function moduleHours(amounts: Iterable<readonly [name: string, amount: number]>): readonly ModuleHours[] {
  return [...amounts].flatMap(([name, amount]): readonly ModuleHours[] => {
    const [kind, module = '', className = ''] = name.split(':');
    if (kind !== 'instance-ms') return [];
    const hours = amount / HOUR_MS;
    const units = instanceClass(className)?.billedUnits ?? 0;
    return [{ module, instanceClass: className, hours, billedHours: hours * units }];
  });
}

function sumOf(instances: readonly ModuleHours[], family: 'F' | 'B'): number {
  const own = instances.filter(({ instanceClass: name }) => name.startsWith(family));
  return own.reduce((sum, { billedHours: hours }) => sum + hours, 0);
}

const nothing: UsageCost = { frontend: 0, backend: 0, outgoing: 0, total: 0 };

function costOf(
  used: { readonly frontend: number; readonly backend: number; readonly outgoingGigabytes: number },
  prices: UsagePrices,
): UsageCost {
  const beyond = (amount: number, free: number, price: number) => Math.max(0, amount - free) * price;
  const frontend = beyond(used.frontend, prices.freeFrontendHours, prices.frontendHour);
  const backend = beyond(used.backend, prices.freeBackendHours, prices.backendHour);
  const outgoing = beyond(used.outgoingGigabytes, prices.freeOutgoingGigabytes, prices.outgoingGigabyte);
  return { frontend, backend, outgoing, total: frontend + backend + outgoing };
}
