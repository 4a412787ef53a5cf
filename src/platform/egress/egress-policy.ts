/** Where sockets of restricted runtimes may go: the documented rules (S0, S1) and what the operator opened. Pure. */
import { DNS_PORT, gmailHosts, googleRanges, groupRanges, privateRanges, publicDns } from './address-ranges.ts';
import { type AllowRule, isOpened, rulesOf, type SocketProtocol } from './allow-rules.ts';
import { type IpAddress, type IpRange, isInRange, isSameAddress } from './ip-address.ts';

export interface Destination {
  readonly protocol: SocketProtocol;
  readonly address: IpAddress;
  readonly port: number;
}

export type Verdict =
  | { readonly isAllowed: true }
  | {
      readonly isAllowed: false;
      /** For the application's author. */
      readonly reason: string;
      /** It is allowed after all when this is one of Gmail's servers, which only the name service knows. */
      readonly isGmailPossible: boolean;
    };

export interface EgressPolicyOptions {
  readonly allow: readonly AllowRule[];
  /** Of this machine: the platform's own ranges. */
  readonly ownRanges: readonly IpRange[];
}

export interface EgressPolicy {
  decide(application: string, to: Destination): Verdict;
  /** The operator's rules for the application. */
  allowed(application: string): readonly AllowRule[];
}

/** Refused on whatever address, unless the operator opened exactly this port. */
export const blockedTcpPorts: Readonly<Record<number, string>> = {
  20: 'FTP is not supported',
  21: 'FTP is not supported',
  25: 'port 25 (SMTP) is blocked; authenticated SMTP on port 587 works',
};

const allowed: Verdict = { isAllowed: true };
const GOOGLE = "Google's own addresses are blocked";

export function createEgressPolicy({ allow, ownRanges }: EgressPolicyOptions): EgressPolicy {
  const denied: readonly (readonly [readonly IpRange[], string])[] = [
    [privateRanges, 'private addresses are blocked'],
    [groupRanges, 'broadcast and multicast addresses are blocked'],
    [ownRanges, "the platform's own addresses are blocked"],
    [googleRanges, GOOGLE],
  ];
  return {
    decide(application, to) {
      const opening = rulesOf(allow, application).filter((rule) => isOpened(rule, to));
      if (opening.some(({ port }) => port === to.port)) return allowed;
      const portReason = to.protocol === 'tcp' ? blockedTcpPorts[to.port] : undefined;
      if (portReason !== undefined) return refused(portReason);
      if (opening.some(({ port }) => port === undefined)) return allowed;
      if (isPublicDns(to)) return allowed;
      const reasons = denied
        .filter(([ranges]) => ranges.some((range) => isInRange(to.address, range)))
        .map(([, why]) => why);
      const [reason] = reasons;
      if (reason === undefined) return allowed;
      return refused(reason, reasons.length === 1 && reason === GOOGLE && isGmailPort(to));
    },
    allowed: (application) => rulesOf(allow, application),
  };
}

function isPublicDns({ address, port }: Destination): boolean {
  return port === DNS_PORT && publicDns.some((server) => isSameAddress(server, address));
}

function isGmailPort({ protocol, port }: Destination): boolean {
  return protocol === 'tcp' && Object.values(gmailHosts).some((ports) => ports.includes(port));
}

function refused(reason: string, isGmailPossible = false): Verdict {
  return { isAllowed: false, reason, isGmailPossible };
}
