/** `browse`: opens an application in the browser. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { targetFlags } from '../cli/flags.ts';
import { addressOf } from '../operate/address-of.ts';
import { resolveApplication } from '../operate/resolve-target.ts';

export default class Browse extends BaseCommand {
  static override summary = 'Open an application in the browser.';
  static override description = 'Without a terminal, or where there is no browser, only the address is printed.';
  static override examples = [
    '<%= config.bin %> browse -A my-app',
    '<%= config.bin %> browse -A my-app -M my-module -V v1 --print',
  ];
  static override flags = {
    ...targetFlags,
    print: Flags.boolean({ summary: 'Only print the address. So does a run without a terminal.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Browse);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const url = await addressOf(context, { application, module: flags.module, version: flags.version });
      const mayOpen = !flags.print && !flags.json && session.host.isOutputTerminal;
      const isOpened = mayOpen && (await session.host.openBrowser(url));
      return { data: { url, isOpened }, text: () => url };
    });
  }
}
