/** `releases`: the list of releases. */
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly } from '../cli/flags.ts';
import { renderReleases } from '../cli/render/releases.ts';
import { resolveApplication } from '../operate/resolve-target.ts';
import { listReleases } from '../operate/rollback-release.ts';

export default class Releases extends BaseCommand {
  static override summary = 'List the releases of an application.';
  static override description = 'Newest first. Any of them can be put back: appcfg rollback --release ID';
  static override examples = ['<%= config.bin %> releases -A my-app'];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(Releases);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const releases = await listReleases(context, application);
      return { data: { application, releases }, text: (style) => renderReleases(releases, style) };
    });
  }
}
