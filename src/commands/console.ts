/** `console`: opens the web console. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { openConsole } from '../operate/open-console.ts';

export default class Console extends BaseCommand {
  static override summary = 'Open the web console of the platform in the browser.';
  static override description =
    'The address holds a code that signs one browser in, once, within two minutes. Where there is no browser, or no terminal, only the address is printed.';
  static override examples = [
    '<%= config.bin %> console',
    '<%= config.bin %> console --no-browser',
    '<%= config.bin %> console --server https://apps.example.com:8090',
  ];
  static override flags = {
    'no-browser': Flags.boolean({ summary: 'Only print the address.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Console);
    await this.perform(flags, async (session) => {
      const { url, expiresInMs } = await openConsole(await session.context());
      const mayOpen = !flags['no-browser'] && !flags.json && session.host.isOutputTerminal;
      const isOpened = mayOpen && (await session.host.openBrowser(url));
      return { data: { url, expiresInMs, isOpened }, text: () => url };
    });
  }
}
