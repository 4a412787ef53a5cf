/** `webhook add`: an address that is told of releases. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { changeOutcome } from '../../cli/render/change.ts';
import { readSecretFrom } from '../../cli/secret-input.ts';
import { webhookEvents } from '../../model/webhook.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { addWebhook } from '../../operate/webhooks.ts';

export default class WebhookAdd extends BaseCommand {
  static override summary = 'Have an address told of releases.';
  static override description =
    `The platform posts a JSON document to it whenever a release becomes live, fails or is rolled back, or traffic moves. It is signed (HMAC-SHA256) with a secret, which is made and shown once; it is kept encrypted and never shown again.

The address must be https, but on this machine. A delivery that fails is tried again for some hours; deploys never wait for one.`;
  static override examples = [
    '<%= config.bin %> webhook add https://example.com/hooks/appcfg -A my-app',
    '<%= config.bin %> webhook add https://example.com/hook --event release.live --event release.failed',
    '<%= config.bin %> webhook add https://example.com/hook --secret-from secret.txt',
  ];
  static override args = { url: Args.string({ description: 'Address to post to.', required: true }) };
  static override flags = {
    ...applicationOnly,
    ...dryRunFlag,
    event: Flags.option({ options: webhookEvents, multiple: true })({
      summary: 'Event to tell of; may be repeated. Without it, all.',
    }),
    'secret-from': Flags.string({
      summary: 'File with the secret, - for standard input. Without it one is made.',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WebhookAdd);
    await this.perform(flags, async (session) => {
      const from = flags['secret-from'];
      const secret = from === undefined ? undefined : await readSecretFrom(from, session);
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const wish = { application, url: args.url, events: flags.event ?? [], secret, isDryRun: flags['dry-run'] };
      const added = await addWebhook(context, wish);
      const outcome = changeOutcome(added, {
        done: `web-hook ${added.webhook?.id} of ${application} added. Try it: appcfg webhook test ${added.webhook?.id}`,
        unchanged: '',
      });
      const made = added.secret;
      if (made === undefined) return outcome;
      const shown = `Its secret, shown this once: ${made}`;
      return {
        data: added,
        text: (style) => (flags.quiet ? made : `${outcome.text?.(style) ?? ''}\n${shown}`),
      };
    });
  }
}
