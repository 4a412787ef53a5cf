/** `check`: how an application would behave in a place to deploy to. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { localArgs, localFlags, localSelection } from '../cli/local-flags.ts';
import { renderTargetCheck } from '../cli/render/target-check.ts';
import { createSourceLines } from '../cli/source-lines.ts';
import { checkTarget } from '../operate/check-target.ts';

export default class Check extends BaseCommand {
  static override summary = 'Say what differs at Google or on the platform.';
  static override description =
    'Which keys of the yaml files are refused there, which behave differently or do nothing, each with its line; and files that are too many or too large. Nothing is sent and nobody is asked. The exit code is 1 when a deploy there would be refused.';
  static override examples = [
    '<%= config.bin %> check --for google',
    '<%= config.bin %> check --for platform app.yaml worker.yaml --json',
  ];
  static override args = localArgs;
  static override flags = {
    ...localFlags,
    for: Flags.option({
      options: ['google', 'platform'] as const,
      summary: 'Where the application is to run.',
      required: true,
    })(),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Check);
    await this.perform(flags, async (session) => {
      const check = await checkTarget(flags.for, localSelection(args.paths ?? [], flags, session), session.signal);
      const sourceLine = createSourceLines(session.workingDirectory);
      return {
        data: check,
        text: (style) => renderTargetCheck(check, style, sourceLine),
        exitCode: check.isDeployable ? 0 : 1,
      };
    });
  }
}
