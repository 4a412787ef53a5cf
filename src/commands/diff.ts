/** `diff`: what differs between releases, or between what is live and the files here. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { deployRequest } from '../cli/deploy-flags.ts';
import { applicationOnly } from '../cli/flags.ts';
import { renderDiff, renderDiffNames } from '../cli/render/diff.ts';
import type { Session } from '../cli/session.ts';
import { LIVE } from '../model/release-snapshot.ts';
import { emptySettings } from '../model/settings.ts';
import { type ComparedReleases, diffReleases, readRelease } from '../operate/diff-releases.ts';
import { resolveApplication } from '../operate/resolve-target.ts';

export default class Diff extends BaseCommand {
  static override summary = 'Show what differs between releases, or live and local files.';
  static override description =
    `Files that were added, changed and removed, configuration, traffic and settings. With two releases: from the first to the second. With one: from it to what is live. Without any: from what is live to what a deploy of this directory would make live; nothing is sent.

Values of environment variables are not shown, only that they differ.`;
  static override examples = [
    '<%= config.bin %> diff',
    '<%= config.bin %> diff r3 -A my-app',
    '<%= config.bin %> diff r3 r5 -A my-app --name-only',
  ];
  static override args = {
    before: Args.string({ name: 'RELEASE', description: 'Release, as "appcfg releases" names it.' }),
    after: Args.string({ name: 'RELEASE', description: 'A later one.' }),
  };
  static override flags = {
    ...applicationOnly,
    path: Flags.string({
      summary: 'Yaml file or directory to compare with what is live; may be repeated. Default: the current directory.',
      helpValue: 'PATH',
      multiple: true,
    }),
    'name-only': Flags.boolean({ summary: 'Only names, one a line: module:version/file, and what else differs.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Diff);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const { before, after } = args;
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const compared =
        before === undefined
          ? await compareLocal(session, flags)
          : await diffReleases(context, { application: await resolveApplication(context, target), before, after });
      return {
        data: compared,
        text: (style) => (flags['name-only'] ? renderDiffNames(compared) : renderDiff(compared, style)),
      };
    });
  }
}

async function compareLocal(
  session: Session,
  flags: { readonly application?: string | undefined; readonly path?: readonly string[] | undefined },
): Promise<ComparedReleases> {
  const [{ prepare }, { plannedSnapshot }, { releaseDiff }] = await Promise.all([
    import('../deploy/prepare.ts'),
    import('../deploy/planned-snapshot.ts'),
    import('../model/release-diff.ts'),
  ]);
  const context = await session.context();
  const options = { 'dry-run': true, 'auto-order': true, 'all-modules': false, 'allow-any-runtime': true };
  const line = {
    command: 'update',
    manners: 'appcfg',
    paths: flags.path ?? [],
    flags: { ...options, application: flags.application },
    stopPrevious: false,
  } as const;
  const { plan } = await prepare(deployRequest(line, session), context);
  const nothing = { modules: {}, settings: emptySettings };
  const live = plan.current === undefined ? nothing : await readRelease(context, plan.application, LIVE);
  const diff = releaseDiff(live, plannedSnapshot(live, plan));
  return { application: plan.application, before: LIVE, after: 'local', diff };
}
