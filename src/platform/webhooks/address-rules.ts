/** Where web-hooks may go: an application's deployer must not reach through the platform what only the platform can. */
import { isIP } from 'node:net';
import { groupRanges, privateRanges } from '../egress/address-ranges.ts';
import { type AllowRule, isOpened, parseAllowRules, rulesOf } from '../egress/allow-rules.ts';
import { type IpAddress, type IpRange, isInRange, parseAddress, parseRange } from '../egress/ip-address.ts';
import { isLocalName } from '../resolved-name.ts';

export interface HookTarget {
  readonly application: string;
  readonly url: URL;
}

export interface AddressRulesOptions {
  /** The platform serves this machine only, so who uses it could go there without it. */
  readonly allowsLoopback: boolean;
  /** What whoever runs the platform opened. */
  readonly allow: readonly AllowRule[];
  /** Of this machine. */
  readonly ownRanges: readonly IpRange[];
  /** Ports of this machine behind which the platform itself or an instance listens. */
  readonly isProtectedPort: (port: number) => boolean;
}

export interface AddressRules {
  /** Why nothing is sent to this address, as the end of a sentence. Asked of what is connected to, not of a name. */
  problemOf(target: HookTarget, address: string): string | undefined;
  /** What can be said before a name is looked up. */
  earlyProblemOf(target: HookTarget): string | undefined;
}

const VARIABLE = 'APPCFG_WEBHOOK_ALLOW';
const loopback = ['127.0.0.0/8', '::1'].map((text) => parseRange(text)).filter((range) => range !== undefined);

/** @throws AppcfgError `platform.socket-rule-invalid` */
export function openedFor(environment: Readonly<Record<string, string | undefined>>): readonly AllowRule[] {
  return parseAllowRules({ name: VARIABLE, text: environment[VARIABLE] ?? '' });
}

export function createAddressRules(options: AddressRulesOptions): AddressRules {
  const { allowsLoopback, allow, ownRanges, isProtectedPort } = options;
  const problemOf = ({ application, url }: HookTarget, text: string): string | undefined => {
    const address = parseAddress(text);
    if (address === undefined) return `${text} is no address`;
    const isLoopback = isIn(loopback, address);
    const port = portOf(url);
    if ((isLoopback || isIn(ownRanges, address)) && isProtectedPort(port))
      return `port ${port} of this machine is the platform's own`;
    const opened = rulesOf(allow, application).filter((rule) => isOpened(rule, { protocol: 'tcp', address }));
    if (opened.some((rule) => rule.port === undefined || rule.port === port)) return undefined;
    if (isLoopback && allowsLoopback) return undefined;
    if (isIn(groupRanges, address)) return 'it is a broadcast or multicast address';
    if (isIn(privateRanges, address)) return 'it is an address of a private network, or of this machine';
    if (isIn(ownRanges, address)) return 'it is an address of this machine';
    return url.protocol === 'http:' ? 'without https everybody on the way could read it' : undefined;
  };
  return {
    problemOf,
    earlyProblemOf: (target) => {
      const name = target.url.hostname.replace(/^\[|\]$/g, '');
      if (isIP(name) !== 0) return problemOf(target, name);
      if (isLocalName(name)) return problemOf(target, '127.0.0.1');
      return target.url.protocol === 'http:' ? 'without https everybody on the way could read it' : undefined;
    },
  };
}

function isIn(ranges: readonly IpRange[], address: IpAddress): boolean {
  return ranges.some((range) => isInRange(address, range));
}

function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}
