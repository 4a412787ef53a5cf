/** `validate`: checks yaml files as a deploy would. */
import { BaseCommand } from '../cli/base-command.ts';
import { localArgs, localFlags, localSelection } from '../cli/local-flags.ts';
import { renderValidation } from '../cli/render/validation.ts';
import { createSourceLines } from '../cli/source-lines.ts';
import { validate } from '../operate/validate.ts';

export default class Validate extends BaseCommand {
  static override summary = 'Check yaml files without deploying anything.';
  static override description =
    'All problems of all files, with their places. The exit code is 1 when there are errors.';
  static override examples = ['<%= config.bin %> validate', '<%= config.bin %> validate app.yaml cron.yaml --json'];
  static override args = localArgs;
  static override flags = localFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Validate);
    await this.perform(flags, async (session) => {
      const validation = await validate(localSelection(args.paths ?? [], flags, session));
      const sourceLine = createSourceLines(session.workingDirectory);
      return {
        data: validation,
        text: (style) => renderValidation(validation, style, sourceLine),
        exitCode: validation.isValid ? 0 : 1,
      };
    });
  }
}
