/** Errors of web-hooks. Their secrets are in none of them, and of their addresses only the beginning. */
import { entry } from './entry.ts';

export const webhookErrors = {
  'webhook.bad-url': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly url: string; readonly problem: string }) =>
      `A web-hook can't go to ${d.url}: ${d.problem}.`,
    hints: () => ['For example: appcfg webhook add https://example.com/hooks/appcfg'],
  }),
  'webhook.refused-address': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly url: string; readonly reason: string }) =>
      `The platform sends no web-hook to ${d.url}: ${d.reason}.`,
    hints: () => ['Whoever runs the platform can open addresses of its own network: APPCFG_WEBHOOK_ALLOW'],
  }),
  'webhook.bad-secret': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly problem: string }) => `The secret of the web-hook ${d.problem}; nothing was changed.`,
    hints: () => ['Without --secret-from one is made and shown once.'],
  }),
  'webhook.exists': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly webhook: string }) =>
      `Web-hook ${d.webhook} of ${d.application} goes to this address already; nothing was changed.`,
    hints: (d) => [`To replace it: appcfg webhook remove ${d.webhook} -A ${d.application}`],
  }),
  'webhook.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly webhook: string; readonly known: readonly string[] }) =>
      `Application ${d.application} has no web-hook ${d.webhook}.`,
    hints: (d) => [d.known.length > 0 ? `Web-hooks: ${d.known.join(', ')}` : 'It has none at all.'],
  }),
  'webhook.too-many': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly most: number }) =>
      `Application ${d.application} has ${d.most} web-hooks; more are not allowed.`,
    hints: () => ['Remove some: appcfg webhook remove ID'],
  }),
  'webhook.delivery-not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly delivery: string }) =>
      `Application ${d.application} has no delivery ${d.delivery}: the newest 50 of each web-hook are kept.`,
    hints: (d) => [`See which there are: appcfg webhook deliveries -A ${d.application}`],
  }),
  'webhook.busy': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly webhook: string }) => `Web-hook ${d.webhook} is being tested just now.`,
    hints: () => ['See what came of it: appcfg webhook deliveries'],
  }),
  'webhook.disabled': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly webhook: string }) =>
      `Web-hook ${d.webhook} is disabled: its receiver answered that it is gone (410).`,
    hints: (d) => [`A test that is answered with success enables it again: appcfg webhook test ${d.webhook}`],
  }),
  'webhook.secret-unreadable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly webhook: string }) =>
      `The secret of web-hook ${d.webhook} can't be opened: its key or its value was changed on disk.`,
    hints: (d) => [`Remove it (appcfg webhook remove ${d.webhook}) and add it again.`],
  }),
} as const;
