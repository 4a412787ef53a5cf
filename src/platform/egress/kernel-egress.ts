/** Keeps the kernel's rules in step with the instances that run: one table, loaded and tried when it is first needed. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Clock } from '../../support/clock.ts';
import { digestOf } from '../../support/digest.ts';
import type { Deployment } from '../deployment.ts';
import type { RunCommand } from '../runtimes/runtime.ts';
import type { EgressPolicy } from './egress-policy.ts';
import type { IpRange } from './ip-address.ts';
import { admitText, applicationText, dropTableText, onlyText, type RuledInstance, tableText } from './kernel-rules.ts';
import { tryRules } from './try-rules.ts';

export interface KernelEgressOptions {
  readonly clock: Clock;
  readonly run: RunCommand;
  /** Path of nft. */
  readonly nft: string;
  /** Of the table; the same after a restart of the platform. */
  readonly table: string;
  readonly policy: EgressPolicy;
  readonly ownRanges: readonly IpRange[];
  readonly apiPort: () => number;
}

export interface RuledLaunch {
  readonly deployment: Pick<Deployment, 'application' | 'spec'>;
  readonly port: number;
  /** Directories of the control groups that the instance's processes are in. */
  readonly groups: readonly string[];
}

const ROOT = '/sys/fs/cgroup';
/** Groups that are gone stay in the maps until this many have come. */
const SWEEP_AT = 64;

export class KernelEgress {
  readonly #options: KernelEgressOptions;
  readonly #running = new Set<RuledInstance>();
  readonly #chains = new Set<string>();
  #loading: Promise<void> | undefined;
  #isLoaded = false;
  #gone = 0;

  constructor(options: KernelEgressOptions) {
    this.#options = options;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Resolves when the rules hold for everything in the groups; call the result when that has ended. */
  async admit({ deployment, port, groups }: RuledLaunch): Promise<() => void> {
    const directory = groups.find(isSecondVersion);
    if (directory === undefined) throw new Error('the instance has no control group of version 2');
    const path = realpathSync(directory);
    this.#loading ??= this.#load(path);
    await this.#loading;
    const instance = { group: relative(ROOT, path), chain: await this.#chainOf(deployment.application), port };
    if (this.#gone >= SWEEP_AT) await this.#sweep();
    await this.#nft(admitText(this.#options.table, instance));
    this.#running.add(instance);
    return () => {
      if (this.#running.delete(instance)) this.#gone += 1;
    };
  }

  async close(): Promise<void> {
    if (this.#loading === undefined) return;
    await this.#loading.catch(() => undefined);
    await this.#nft(dropTableText(this.#options.table)).catch(() => undefined);
  }

  /** @param group of the first instance; all others are as deep */
  async #load(group: string): Promise<void> {
    const { table, apiPort, ownRanges, run, clock } = this.#options;
    const level = depthOf(group);
    await this.#nft(tableText({ table, level, apiPort: apiPort(), ownRanges }));
    const admitTrial = async (trial: string) => {
      // Without what the operator opened, which may be all that is tried.
      await this.#nft(applicationText(table, 'trial', []));
      await this.#nft(admitText(table, { group: relative(ROOT, trial), chain: 'trial', port: 1 }));
    };
    await tryRules({ clock, run, parent: dirname(group), apiPort: apiPort(), admit: admitTrial });
    this.#isLoaded = true;
  }

  async #chainOf(application: string): Promise<string> {
    const chain = `app_${digestOf(application).slice(0, 16)}`;
    if (this.#chains.has(chain)) return chain;
    const { table, policy } = this.#options;
    this.#chains.add(chain);
    try {
      await this.#nft(applicationText(table, chain, policy.allowed(application)));
    } catch (error) {
      this.#chains.delete(chain);
      throw error;
    }
    return chain;
  }

  async #sweep(): Promise<void> {
    this.#gone = 0;
    await this.#nft(onlyText(this.#options.table, [...this.#running]));
  }

  async #nft(text: string): Promise<void> {
    const lines: string[] = [];
    const { exitCode } = await this.#options.run({
      command: '/bin/sh',
      // nft reads one transaction from its input.
      args: ['-c', 'printf %s "$RULES" | exec "$0" -f -', this.#options.nft],
      cwd: '/',
      environment: { RULES: text, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      onOutput: (line) => lines.push(line),
      timeoutMs: 10_000,
    });
    if (exitCode !== 0) throw new Error(lines.join(' ').trim() || `nft ended with code ${exitCode}`);
  }
}

/** Of the groups of a hybrid system, those that nftables can match. */
export function isSecondVersion(directory: string): boolean {
  return directory.startsWith(`${ROOT}/`) && existsSync(`${directory}/cgroup.controllers`);
}

/** In the hierarchy of version 2, which may be mounted below the root of all. */
function depthOf(group: string): number {
  let mount = group;
  while (existsSync(`${dirname(mount)}/cgroup.controllers`)) mount = dirname(mount);
  return relative(mount, group).split('/').length;
}
