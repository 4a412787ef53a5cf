/** `audit`: who changed what, when, and from where. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationFlag } from '../cli/flags.ts';
import { renderAudit } from '../cli/render/access.ts';
import { sinceFlag } from '../cli/since-flag.ts';
import { listAudit } from '../operate/access.ts';

export default class Audit extends BaseCommand {
  static override summary = 'Show who changed what, when, and from where.';
  static override description =
    'Newest first. Every change is here, and every one that was refused; an operation has a second entry when it ends. Of everything for admins, of their application for deployers.';
  static override examples = [
    '<%= config.bin %> audit',
    '<%= config.bin %> audit -A shop --since 7d',
    '<%= config.bin %> audit --actor ci --limit 1000 --json',
  ];
  static override flags = {
    application: applicationFlag({ char: 'A', summary: 'Only changes of this application.', helpValue: 'APP' }),
    actor: Flags.string({ summary: 'Only what this one did: the name of a token or of a user.', helpValue: 'NAME' }),
    since: sinceFlag({ summary: 'Only since then: 90s, 10m, 2h, 1d, or a time.', helpValue: 'TIME' }),
    limit: Flags.integer({ summary: 'At most so many.', helpValue: 'N', default: 100, min: 1, max: 10_000 }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Audit);
    await this.perform(flags, async (session) => {
      const { application, actor, since, limit } = flags;
      const entries = await listAudit(await session.context(), {
        ...(application === undefined ? {} : { application }),
        ...(actor === undefined ? {} : { actor }),
        ...(since === undefined ? {} : { sinceMs: since(session.clock.now()) }),
        limit,
      });
      return { data: { entries }, text: (style) => renderAudit(entries, style) };
    });
  }
}
