/** `lock status`: who holds the application. */
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderLockStatus } from '../../cli/render/lock.ts';
import { lockStatus } from '../../operate/lock.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';

export default class LockStatusCommand extends BaseCommand {
  static override summary = 'Show who holds a lock on an application, since when and why.';
  static override description =
    'Also the changes that are going on: each holds the application until it is done, and others wait for their turn.';
  static override examples = ['<%= config.bin %> lock status -A my-app'];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(LockStatusCommand);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const found = await lockStatus(context, await resolveApplication(context, target));
      return { data: found, text: (style) => renderLockStatus(found, style) };
    });
  }
}
