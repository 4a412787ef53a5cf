/** What every command does the same way: options, reporter, interrupts, JSON, clean-up. */
import type { Interfaces } from '@oclif/core';
import { Command } from '@oclif/core/command';
import { isAppcfgError } from '../errors.ts';
import { wantsColour } from './colour.ts';
import { applicationOnly, type GlobalFlags, globalFlags } from './flags.ts';
import { type Host, processHost } from './host.ts';
import { listenForInterrupts } from './interrupt.ts';
import type { Outcome } from './outcome.ts';
import { colourStyle, plainStyle } from './render/style.ts';
import { chooseReporter } from './reporters/choose-reporter.ts';
import { openSession, type Session } from './session.ts';
import { usageFailure } from './usage-failure.ts';

export abstract class BaseCommand extends Command {
  static override baseFlags = globalFlags;

  host: Host = processHost;
  /** Of a run that did not throw. */
  exitCode = 0;

  /** Runs the command; what it throws is for the caller to show. */
  start(): Promise<void> {
    return this._run<void>();
  }

  /** oclif would print the error and set the process's exit code here. */
  protected override async catch(error: unknown): Promise<never> {
    throw error;
  }

  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    try {
      return await super.parse(withoutStandardInput(options), argv);
    } catch (error) {
      throw usageFailure(error, { command: this.spokenId(), flags: { ...this.ctor.baseFlags, ...this.ctor.flags } });
    }
  }

  /** Does the work with a session, shows its outcome, and cleans up however it ends. */
  protected async perform(flags: GlobalFlags, work: (session: Session) => Promise<Outcome>): Promise<void> {
    const interrupts = listenForInterrupts(this.host);
    const reporter = chooseReporter(this.host, flags, interrupts.signal);
    const hasColour = wantsColour(this.host.environment, this.host.isOutputTerminal, flags['no-color']);
    const style = hasColour ? colourStyle : plainStyle;
    const session = openSession({ host: this.host, flags, reporter, signal: interrupts.signal, style });
    try {
      this.nameApplication(flags, session);
      const outcome = await work(session);
      await reporter.close('succeeded');
      this.show(outcome, session);
    } catch (error) {
      await reporter.close('failed');
      throw interrupts.signal.aborted && !saysWhereThingsStand(error) ? interrupts.signal.reason : error;
    } finally {
      interrupts.dispose();
      await session.close();
    }
  }

  /** Environment and project file win over yaml files, as the option does; the user's own settings come after those. */
  private nameApplication(flags: GlobalFlags & { application?: string | undefined }, session: Session): void {
    if (this.ctor.flags?.application !== applicationOnly.application || flags.application !== undefined) return;
    const { application } = session.configuration();
    if (application?.origin === 'environment' || application?.origin === 'project')
      flags.application = application.value;
  }

  /** `instances list` for `instances:list`. */
  protected spokenId(): string {
    return (this.id ?? '').replaceAll(':', ' ');
  }

  private show(outcome: Outcome, session: Session): void {
    this.exitCode = outcome.exitCode ?? 0;
    if (session.flags.json) {
      if (outcome.data === undefined) return;
      this.host.stdout(`${JSON.stringify(outcome.data, null, 2)}\n`);
      return;
    }
    if (outcome.text === undefined || (outcome.isConfirmation === true && session.flags.quiet)) return;
    const text = outcome.text(session.style);
    if (text !== '') this.host.stdout(`${text}\n`);
  }
}

/**
 * oclif takes an argument that is missing from standard input: a script's loop would lose its lines to us, and a command
 * would take a directory from them.
 */
function withoutStandardInput<
  F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
  B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
  A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
>(options: Interfaces.Input<F, B, A> | undefined): Interfaces.Input<F, B, A> | undefined {
  if (options?.args === undefined) return options;
  const args = Object.entries(options.args as Interfaces.ArgInput).map(([name, arg]) => [
    name,
    { ...arg, ignoreStdin: true },
  ]);
  // A class: what it inherits has to be named.
  const { flags, baseFlags } = options;
  return { ...options, flags, baseFlags, args: Object.fromEntries(args) as Interfaces.ArgInput<A> } as typeof options;
}

/**
 * What an aborted call throws, and what a cut connection looks like, is of no interest: that it was interrupted is. A
 * failure of our catalogue is what became of the work, interrupted or not.
 */
function saysWhereThingsStand(error: unknown): boolean {
  return isAppcfgError(error) && error.code !== 'backend.unreachable';
}
