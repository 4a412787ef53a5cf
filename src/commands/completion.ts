/** `completion`: what makes a shell complete appcfg's commands, options and names. */
import { resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { completionScript, type Shell, shells } from '../cli/completion/shell-scripts.ts';

export default class Completion extends BaseCommand {
  static override summary = 'Print what makes a shell complete commands.';
  static override description =
    `Commands, options and files, and the names of applications, modules, versions and instances on the running platform.

For bash, in ~/.bashrc: eval "$(appcfg completion bash)"
For zsh, in ~/.zshrc: eval "$(appcfg completion zsh)"
For fish, in ~/.config/fish/config.fish: appcfg completion fish | source`;
  static override examples = ['<%= config.bin %> completion bash'];
  static override args = {
    shell: Args.string({ description: 'The shell.', required: true, options: [...shells] }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Completion);
    await this.perform(flags, async (session) => {
      const script = completionScript(args.shell as Shell, [process.execPath, resolve(session.host.program)]);
      return { data: { shell: args.shell, script }, text: () => script.trimEnd() };
    });
  }
}
