/** `lock acquire`: keeps everybody else from changing an application. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { durationFlag } from '../../cli/duration-flag.ts';
import { applicationOnly } from '../../cli/flags.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { renderLock } from '../../cli/render/lock.ts';
import type { Session } from '../../cli/session.ts';
import { failure } from '../../errors.ts';
import { LONGEST_LOCK_MS } from '../../model/lock.ts';
import { holdLock, takeLock } from '../../operate/lock.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';

export default class LockAcquire extends BaseCommand {
  static override summary = 'Lock an application, so that nobody else changes it.';
  static override description =
    `Holds the lock until Ctrl-C, with a heartbeat: when this process dies, the lock is gone within half a minute. With --for it stands for that time (a day at the most) and the command ends at once.

While it is held, deploys and every other change are refused, with the holder and the reason; what is live serves on. Commands with the lock's id in APPCFG_LOCK are let through.`;
  static override examples = [
    '<%= config.bin %> lock acquire -A my-app --reason "moving the database"',
    '<%= config.bin %> lock acquire -A my-app --reason "no deploys over lunch" --for 1h',
  ];
  static override flags = {
    ...applicationOnly,
    reason: Flags.string({ char: 'm', summary: 'Why; others are shown it.', helpValue: 'TEXT', required: true }),
    for: durationFlag({ name: 'for', summary: 'Leave it there for so long.', helpValue: 'DURATION' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(LockAcquire);
    await this.perform(flags, async (session): Promise<Outcome> => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const { reason, for: ttlMs } = flags;
      if (ttlMs === undefined) return hold(session, application, reason);
      if (ttlMs < 1000 || ttlMs > LONGEST_LOCK_MS) {
        const value = `${ttlMs / 1000}s`;
        throw failure('usage.invalid-value', { command: this.spokenId(), what: '--for', value, expected: '1s to 24h' });
      }
      const lock = await takeLock(context, application, { reason, ttlMs });
      return { data: { application, lock }, text: (style) => renderLock(application, lock, style) };
    });
  }
}

async function hold(session: Session, application: string, reason: string): Promise<Outcome> {
  const lock = await holdLock(await session.context(), application, {
    reason,
    onHeld: (held) => {
      if (session.flags.json) session.print(JSON.stringify({ application, lock: held }));
      else session.print(`${renderLock(application, held, session.style)}\nCtrl-C lets go of it.`);
    },
  });
  return session.flags.json ? {} : { text: () => `Let go of ${application} (lock ${lock.id}).`, isConfirmation: true };
}
