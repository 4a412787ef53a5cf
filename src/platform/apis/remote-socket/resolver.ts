/** Names for sockets, and which addresses are Gmail's: they may be reached although they are Google's. */
import { lookup } from 'node:dns/promises';
import type { Clock } from '../../../support/clock.ts';
import { gmailHosts } from '../../egress/address-ranges.ts';
import type { Destination } from '../../egress/egress-policy.ts';
import { addressText, type IpAddress, parseAddress } from '../../egress/ip-address.ts';
import { nameError } from './socket-problem.ts';

/** Every address of a name, as text. */
export type Lookup = (name: string) => Promise<readonly string[]>;

export const systemLookup: Lookup = async (name) => {
  const found = await lookup(name, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** How long an address counts as Gmail's after it was seen under its name. */
const GMAIL_MS = 60 * 60_000;
const MAX_NAME_LENGTH = 253;

export class Resolver {
  readonly #lookup: Lookup;
  readonly #clock: Clock;
  /** `name address` -> until when. */
  readonly #gmail = new Map<string, number>();

  constructor(find: Lookup, clock: Clock) {
    this.#lookup = find;
    this.#clock = clock;
  }

  /** Throws GAI_ERROR. */
  async resolve(name: string): Promise<readonly IpAddress[]> {
    const host = name.toLowerCase().replace(/\.$/, '');
    if (host === '' || host.length > MAX_NAME_LENGTH || /[^\w.:-]/.test(host)) {
      throw nameError('EAI_NONAME', 'Name or service not known');
    }
    const addresses = await this.#addresses(host);
    if (Object.hasOwn(gmailHosts, host)) this.#rememberGmail(host, addresses);
    return addresses;
  }

  /** Whether this is one of Gmail's servers, at a port that it is open for; asks the name service when it must. */
  async isGmail(to: Destination): Promise<boolean> {
    const hosts = Object.entries(gmailHosts).flatMap(([host, ports]) => (ports.includes(to.port) ? [host] : []));
    if (to.protocol !== 'tcp' || hosts.length === 0) return false;
    for (const host of hosts) {
      if (this.#isKnown(host, to.address)) return true;
      await this.resolve(host).catch(() => []);
      if (this.#isKnown(host, to.address)) return true;
    }
    return false;
  }

  async #addresses(host: string): Promise<readonly IpAddress[]> {
    try {
      return (await this.#lookup(host)).flatMap((text) => parseAddress(text) ?? []);
    } catch (error) {
      const isTemporary = (error as NodeJS.ErrnoException).code === 'EAI_AGAIN';
      if (isTemporary) throw nameError('EAI_AGAIN', 'Temporary failure in name resolution');
      throw nameError('EAI_NONAME', 'Name or service not known');
    }
  }

  #rememberGmail(host: string, addresses: readonly IpAddress[]): void {
    const now = this.#clock.monotonicMs();
    for (const [known, untilMs] of this.#gmail) if (untilMs < now) this.#gmail.delete(known);
    for (const address of addresses) this.#gmail.set(`${host} ${addressText(address)}`, now + GMAIL_MS);
  }

  #isKnown(host: string, address: IpAddress): boolean {
    return (this.#gmail.get(`${host} ${addressText(address)}`) ?? 0) >= this.#clock.monotonicMs();
  }
}
