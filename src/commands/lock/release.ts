/** `lock release`: takes somebody's lock away. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { lockText } from '../../cli/render/lock.ts';
import { failure } from '../../errors.ts';
import { lockStatus, releaseLock } from '../../operate/lock.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';

export default class LockRelease extends BaseCommand {
  static override summary = 'Take away the lock on an application.';
  static override description =
    'Says whose it is, since when and why, and asks. Scripts need --yes, or the id of the lock that is meant (--id), which takes away no other. A change that is going on is not stopped: it ends by itself (appcfg operations wait).';
  static override examples = [
    '<%= config.bin %> lock release -A my-app',
    '<%= config.bin %> lock release -A my-app --id ID',
  ];
  static override flags = {
    ...applicationOnly,
    id: Flags.string({ summary: 'The lock that is meant, as "lock status" shows it.', helpValue: 'ID' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(LockRelease);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const { lock } = await lockStatus(context, application);
      if (lock === null) {
        return { data: { application, released: null }, text: () => `Nobody holds a lock on ${application}.` };
      }
      if (flags.id === undefined) {
        const message = `Application ${application} is ${lockText(lock)}. Release it?`;
        const isMeant = await session.reporter.confirm({ message, defaultAnswer: false });
        if (!isMeant) throw failure('cli.declined', { question: message });
      } else if (flags.id !== lock.id) throw failure('lock.lost', { application });
      await releaseLock(context, application, lock);
      return {
        data: { application, released: lock },
        text: () => `Released the lock of ${lock.holder} on ${application}.`,
        isConfirmation: true,
      };
    });
  }
}
